package io.vlmr1.reward.math;

import io.vlmr1.reward.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the outer structure of an answer: alternatives, relations, unions of sets. What stands
 * between them is read by {@link Terms}. Recursive descent with a bound on the depth.
 */
final class Parser {
  static final Set<String> RELATIONS = Set.of("le", "ge", "ne", "approx", "in", "equiv");

  private static final int DEEPEST = 400;

  /** Longer formulas make trees too deep to walk. */
  private static final int MOST_TOKENS = 1000;

  final List<Token> tokens;
  int at;
  private int depth;

  /** What ± means in this reading: 1 or −1. */
  final int sign;

  private final Terms terms = new Terms(this);

  private Parser(List<Token> tokens, int sign) {
    this.tokens = tokens;
    this.sign = sign;
  }

  /**
   * The value of a formula.
   *
   * @throws NotMath when it is none
   */
  static Value read(String text) {
    List<Token> tokens = Lexer.tokens(text);
    if (tokens.size() > MOST_TOKENS) {
      throw new NotMath("a formula too long to read");
    }
    Value value = new Parser(new ArrayList<>(tokens), 1).whole(); // reading \\frac12 changes them
    boolean both = tokens.stream().anyMatch(token -> token.command("pm") || token.command("mp"));
    return both ? new Value.Several(List.of(value, new Parser(tokens, -1).whole()), "or") : value;
  }

  private Value whole() {
    if (peek().kind() == Kind.END) {
      throw new NotMath("nothing");
    }
    Value value = alternatives();
    if (peek().kind() != Kind.END) {
      throw new NotMath("\"" + peek().text() + "\" where nothing more was expected");
    }
    return value;
  }

  /** Items with commas, semicolons, "and" or "or" between them. */
  Value alternatives() {
    List<Value> items = new ArrayList<>();
    String joined = ",";
    while (true) {
      items.add(relation());
      boolean comma = peek().sign(",") || peek().sign(";");
      if (comma) {
        at++;
      }
      if (peek().joins()) {
        joined = take().text();
      } else if (!comma) {
        break;
      }
      if (peek().kind() == Kind.END) {
        break;
      }
    }
    List<Value> said = items.stream().filter(item -> !domain(item, items.size())).toList();
    return said.size() == 1 ? said.get(0) : new Value.Several(said, joined);
  }

  /** "k ∈ ℤ" beside an answer only says what k is. */
  private static boolean domain(Value item, int count) {
    return count > 1 && item instanceof Value.Words words && words.text().startsWith("mathbb{");
  }

  Value relation() {
    enter();
    List<Value> sides = new ArrayList<>();
    List<String> signs = new ArrayList<>();
    sides.add(ratio());
    while (relationAhead() != null) {
      signs.add(relationAhead() + "");
      at++;
      sides.add(ratio());
    }
    depth--;
    if (signs.isEmpty()) {
      return sides.get(0);
    }
    if (signs.equals(List.of("in"))) {
      return sides.get(1); // the set is the answer
    }
    if (signs.contains("in") || signs.contains("equiv")) {
      throw new NotMath("a chain of memberships");
    }
    return new Value.Relation(sides, signs);
  }

  @Nullable String relationAhead() {
    Token token = peek();
    if (token.sign("=") || token.sign("<") || token.sign(">")) {
      return token.text();
    }
    boolean known = token.kind() == Kind.COMMAND && RELATIONS.contains(token.text());
    return known ? (token.text().equals("approx") ? "=" : token.text()) : null;
  }

  private Value ratio() {
    Value first = sets();
    if (!peek().sign(":")) {
      return first;
    }
    List<Value> parts = new ArrayList<>(List.of(first));
    while (peek().sign(":")) {
      at++;
      parts.add(sets());
    }
    return new Value.Ratio(parts);
  }

  private Value sets() {
    Value value = terms.sum();
    while (peek().command("cup") || peek().command("cap") || setMinusAhead()) {
      String operation = take().text();
      Optional<RealSet> left = Sets.of(value);
      Value next = terms.sum();
      Optional<RealSet> right = Sets.of(next);
      if (left.isEmpty() || right.isEmpty()) {
        throw new NotMath("a union of what are no sets of numbers");
      }
      RealSet set =
          switch (operation) {
            case "cup" -> left.get().union(right.get());
            case "cap" -> left.get().intersection(right.get());
            default -> left.get().intersection(right.get().complement());
          };
      value = new Value.Reals(set);
    }
    return value;
  }

  /** A set without another one: with a stroke, or with a minus before braces. */
  boolean setMinusAhead() {
    return peek().command("setminus") || (peek().sign("-") && peek(1).command("{"));
  }

  /** Counts one more level; must be met by {@link #leave}. */
  void enter() {
    if (++depth > DEEPEST) {
      throw new NotMath("nested too deep");
    }
  }

  void leave() {
    depth--;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token take() {
    Token token = tokens.get(at);
    at += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  void expect(Kind kind, String text) {
    if (!take().is(kind, text)) {
      throw new NotMath("no " + text);
    }
  }
}
