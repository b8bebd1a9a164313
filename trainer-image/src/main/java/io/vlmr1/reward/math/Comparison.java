package io.vlmr1.reward.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether two values say the same. */
final class Comparison {
  private static final Set<String> NOTHING =
      Set.of("no solution", "no solutions", "no real solution", "no real solutions", "empty set");

  private static final Set<String> EVERYTHING =
      Set.of("all real numbers", "all reals", "all real", "real numbers", "the real numbers");

  private final Effort effort = new Effort();
  private final Sameness sameness = new Sameness(effort);

  boolean same(Reading answer, Reading truth) {
    if (answer.source().equals(truth.source())) {
      return !truth.source().isEmpty() || answer.source().isEmpty();
    }
    Value one = answer.value();
    Value other = truth.value();
    if (one instanceof Value.Words || other instanceof Value.Words) {
      return words(answer, truth);
    }
    String time = unspaced(truth.source());
    if (one instanceof Value.Ratio && other instanceof Value.Ratio && time(time)) {
      return sameTime(unspaced(answer.source()), time);
    }
    if (based(answer.source()) != based(truth.source())) {
      return false; // digits to a base are asked for as such
    }
    return same(one, other);
  }

  private static boolean words(Reading answer, Reading truth) {
    String said = Texts.plain(answer.source());
    String right = Texts.plain(truth.source());
    boolean none =
        (NOTHING.contains(said) && empty(truth.value()))
            || (NOTHING.contains(right) && empty(answer.value()))
            || (NOTHING.contains(said) && NOTHING.contains(right));
    boolean all =
        (EVERYTHING.contains(said) && everything(truth.value()))
            || (EVERYTHING.contains(right) && everything(answer.value()));
    if (none || all) {
      return true;
    }
    if (!Texts.words(answer.source()) && !Texts.words(truth.source())) {
      // ]0,1[ and [0,1] hold the same letters and digits
      return Texts.form(answer.source()).equals(Texts.form(truth.source()));
    }
    return !right.isEmpty() && said.equals(right);
  }

  private static boolean empty(Value value) {
    return value instanceof Value.Braces braces && braces.items().isEmpty();
  }

  private static boolean everything(Value value) {
    return Sets.of(value).equals(Optional.of(RealSet.ALL));
  }

  /** Without blanks of any width. */
  private static String unspaced(String source) {
    return source.replaceAll("\\\\[!,;: ]|\\s", "").replace("\\text{:}", ":");
  }

  private static boolean time(String source) {
    return source.matches("\\d{1,2}:[0-5]\\d(?::[0-5]\\d)?.*");
  }

  private static boolean sameTime(String one, String other) {
    return one.replaceAll("^0(?=\\d)", "").equals(other.replaceAll("^0(?=\\d)", ""));
  }

  private static boolean based(String source) {
    return Numerals.toABase(source).isPresent();
  }

  boolean same(Value one, Value other) {
    effort.spend();
    if (one.equals(other)) {
      return true;
    }
    if (one instanceof Value.Named || other instanceof Value.Named) {
      return named(one, other);
    }
    if (one instanceof Value.Scalar a && other instanceof Value.Scalar b) {
      return sameness.same(a, b);
    }
    if (one instanceof Value.Relation a && other instanceof Value.Relation b) {
      return Relations.same(a, b, sameness);
    }
    if (one instanceof Value.Matrix a && other instanceof Value.Matrix b) {
      return rows(a.rows(), b.rows());
    }
    if (one instanceof Value.Ratio || other instanceof Value.Ratio) {
      return ratios(one, other);
    }
    if (one instanceof Value.Brackets a && other instanceof Value.Brackets b) {
      return a.open() == b.open() && a.close() == b.close() && inOrder(a.items(), b.items());
    }
    Optional<Boolean> lists = lists(one, other);
    return lists.isPresent() ? lists.get() : sets(one, other);
  }

  private boolean named(Value one, Value other) {
    if (one instanceof Value.Named a && other instanceof Value.Named b) {
      if (a.name().equals(b.name())) {
        return same(a.value(), b.value());
      }
      return equation(a).isPresent()
          && equation(b).isPresent()
          && Relations.same(equation(a).get(), equation(b).get(), sameness);
    }
    Value.Named name = one instanceof Value.Named named ? named : (Value.Named) other;
    Value bare = one instanceof Value.Named ? other : one;
    if (bare instanceof Value.Relation relation) {
      return equation(name).isPresent() && Relations.same(relation, equation(name).get(), sameness);
    }
    return same(name.value(), bare);
  }

  /** A named value as the equation that it was, where its value depends on symbols. */
  private static Optional<Value.Relation> equation(Value.Named named) {
    boolean depends =
        named.value() instanceof Value.Scalar scalar && !scalar.expression().symbols().isEmpty();
    boolean letter = named.name().length() == 1 || named.name().startsWith("\\");
    boolean plain = letter || named.name().matches("[A-Za-z]_\\w+");
    return plain && named.value() instanceof Value.Scalar
        ? Optional.of(
                new Value.Relation(
                    List.of(Value.Scalar.of(new Expr.Sym(named.name())), named.value()),
                    List.of("=")))
            .filter(relation -> depends || letter)
        : Optional.empty();
  }

  private boolean rows(List<List<Value>> one, List<List<Value>> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!inOrder(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean inOrder(List<Value> one, List<Value> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!same(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** 3:4 = 6:8 = 3/4; longer ones by proportion. */
  private boolean ratios(Value one, Value other) {
    List<Value> a = parts(one);
    List<Value> b = parts(other);
    if (a.size() == 1 || b.size() == 1) {
      boolean two = a.size() == 2 || b.size() == 2;
      return two && same(quotient(a), quotient(b));
    }
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 1; i < a.size(); i++) {
      boolean proportional =
          same(quotient(List.of(a.get(0), a.get(i))), quotient(List.of(b.get(0), b.get(i))));
      if (!proportional) {
        return false;
      }
    }
    return true;
  }

  private static List<Value> parts(Value value) {
    return value instanceof Value.Ratio ratio ? ratio.parts() : List.of(value);
  }

  private static Value quotient(List<Value> parts) {
    return parts.size() == 1
        ? parts.get(0)
        : Value.Scalar.of(
            new Expr.Call("div", Terms.scalar(parts.get(0)), Terms.scalar(parts.get(1))));
  }

  /** Lists and sets of separate values; empty when the two are none. */
  private Optional<Boolean> lists(Value one, Value other) {
    if (one instanceof Value.Several a && other instanceof Value.Brackets b) {
      return Optional.of(b.open() == '(' && b.close() == ')' && inOrder(a.items(), b.items()));
    }
    if (one instanceof Value.Brackets && other instanceof Value.Several) {
      return lists(other, one);
    }
    Optional<List<Value>> a = items(one);
    Optional<List<Value>> b = items(other);
    boolean lists = listed(one) && listed(other);
    boolean single = (listed(one) && one(other)) || (listed(other) && one(one));
    if (a.isEmpty() || b.isEmpty() || !(lists || single)) {
      return Optional.empty();
    }
    boolean set = one instanceof Value.Braces || other instanceof Value.Braces;
    boolean both = one instanceof Value.Braces && other instanceof Value.Braces;
    List<Value> left = set && both ? distinct(a.get()) : a.get();
    List<Value> right = set && both ? distinct(b.get()) : b.get();
    return Optional.of(matched(left, right));
  }

  private static boolean listed(Value value) {
    return value instanceof Value.Several || value instanceof Value.Braces;
  }

  private static boolean one(Value value) {
    return value instanceof Value.Scalar;
  }

  private static Optional<List<Value>> items(Value value) {
    if (value instanceof Value.Several several) {
      return Optional.of(several.items());
    }
    if (value instanceof Value.Braces braces) {
      return Optional.of(braces.items());
    }
    return value instanceof Value.Scalar ? Optional.of(List.of(value)) : Optional.empty();
  }

  private List<Value> distinct(List<Value> items) {
    List<Value> result = new ArrayList<>();
    for (Value item : items) {
      if (result.stream().noneMatch(known -> same(known, item))) {
        result.add(item);
      }
    }
    return result;
  }

  private boolean matched(List<Value> one, List<Value> other) {
    if (one.size() != other.size()) {
      return false;
    }
    List<Value> left = new ArrayList<>(other);
    for (Value item : one) {
      Optional<Value> partner = left.stream().filter(value -> same(item, value)).findFirst();
      if (partner.isEmpty()) {
        return false;
      }
      left.remove(partner.get());
    }
    return true;
  }

  private boolean sets(Value one, Value other) {
    Optional<RealSet> a = Sets.of(one);
    Optional<RealSet> b = Sets.of(other);
    if (a.isEmpty() || b.isEmpty() || a.get().pieces().size() != b.get().pieces().size()) {
      return false;
    }
    for (int i = 0; i < a.get().pieces().size(); i++) {
      RealSet.Piece left = a.get().pieces().get(i);
      RealSet.Piece right = b.get().pieces().get(i);
      boolean equal =
          left.lowIn() == right.lowIn()
              && left.highIn() == right.highIn()
              && sameness.same(left.low().exact(), right.low().exact())
              && sameness.same(left.high().exact(), right.high().exact());
      if (!equal) {
        return false;
      }
    }
    return true;
  }
}
