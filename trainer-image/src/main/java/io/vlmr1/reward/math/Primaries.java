package io.vlmr1.reward.math;

import io.vlmr1.reward.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The factors of a product: numbers, letters, brackets, fractions, roots, functions, matrices. */
final class Primaries {
  private static final Set<String> MATRICES =
      Set.of("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array", "vmatrix");

  private final Parser parser;
  private final Terms terms;
  private final Numerals numerals;
  private final Functions functions;
  private int bars;
  private int functionDepth;
  private String differential = "";

  Primaries(Parser parser, Terms terms) {
    this.parser = parser;
    this.terms = terms;
    this.numerals = new Numerals(parser);
    this.functions = new Functions(parser, terms, this);
  }

  boolean inBars() {
    return bars > 0;
  }

  boolean inFunction() {
    return functionDepth > 0;
  }

  void function(int change) {
    functionDepth += change;
  }

  /** Whether "dx" of an integral is ahead. */
  boolean isDifferential() {
    return !differential.isEmpty()
        && parser.peek().is(Kind.LETTER, "d")
        && parser.peek(1).is(Kind.LETTER, differential);
  }

  void differential(String letter) {
    differential = letter;
  }

  Value primary() {
    parser.enter();
    Token token = parser.peek();
    Value value =
        switch (token.kind()) {
          case NUMBER -> Value.Scalar.of(numerals.number());
          case LETTER -> Value.Scalar.of(letter());
          case WORDS -> words();
          case SIGN -> sign(token.text());
          case COMMAND -> command(token.text());
          case END -> throw new NotMath("an end where a number was expected");
        };
    parser.leave();
    return value;
  }

  private Expr letter() {
    String name = parser.take().text();
    if (name.equals("i") && !parser.peek().sign("_")) {
      return Expr.Call.I;
    }
    if (name.equals("e") && !parser.peek().sign("_")) {
      return Expr.Call.E;
    }
    if (isDifferentialName(name)) {
      throw new NotMath("a differential out of place");
    }
    return new Expr.Sym(name + marks());
  }

  private boolean isDifferentialName(String name) {
    return !differential.isEmpty()
        && name.equals("d")
        && parser.peek().is(Kind.LETTER, differential);
  }

  /** Subscript and primes of a letter. */
  private String marks() {
    StringBuilder marks = new StringBuilder();
    while (true) {
      if (parser.peek().sign("_")) {
        parser.at++;
        marks.append('_').append(rawArgument());
      } else if (parser.peek().sign("'")) {
        parser.at++;
        marks.append('\'');
      } else {
        return marks.toString();
      }
    }
  }

  /** An argument as text: its tokens one after the other. */
  String rawArgument() {
    Token first = parser.take();
    if (!first.sign("{")) {
      return first.text();
    }
    StringBuilder text = new StringBuilder();
    int open = 1;
    while (open > 0) {
      Token token = parser.take();
      if (token.kind() == Kind.END) {
        throw new NotMath("a brace that is not closed");
      }
      open += token.sign("{") ? 1 : token.sign("}") ? -1 : 0;
      text.append(open > 0 ? token.text() : "");
    }
    return text.toString();
  }

  private Value words() {
    String words = parser.take().text();
    return Value.Scalar.of(new Expr.Sym("\"" + Texts.plain(words) + "\"" + marks()));
  }

  private Value sign(String sign) {
    return switch (sign) {
      case "(", "[" -> brackets(sign.charAt(0));
      case "{" -> group();
      case "|" -> absolute("|");
      case "]" -> brackets(']');
      default -> throw new NotMath("\"" + sign + "\" where a number was expected");
    };
  }

  private Value group() {
    parser.at++;
    Value value = parser.alternatives();
    if (parser.peek().command("choose") || parser.peek().command("over")) {
      String name = parser.take().command("over") ? "div" : "binom";
      value =
          Value.Scalar.of(
              new Expr.Call(name, Terms.scalar(value), Terms.scalar(parser.alternatives())));
    }
    parser.expect(Kind.SIGN, "}");
    return value;
  }

  private Value brackets(char open) {
    parser.at++;
    int outerBars = bars;
    bars = 0;
    if (parser.peek().sign(")") || parser.peek().sign("]")) {
      throw new NotMath("empty brackets");
    }
    Value inside = parser.alternatives();
    bars = outerBars;
    Token end = parser.take();
    if (!end.sign(")") && !end.sign("]") && !end.sign("[")) {
      throw new NotMath("a bracket that is not closed");
    }
    if (inside instanceof Value.Several several && several.joined().equals(",")) {
      char left = open == ']' ? '(' : open;
      char right = end.text().charAt(0) == '[' ? ')' : end.text().charAt(0);
      return new Value.Brackets(left, several.items(), right);
    }
    if (open == ']' || end.sign("[")) {
      throw new NotMath("brackets turned outward around one value");
    }
    return inside instanceof Value.Scalar scalar ? Value.Scalar.of(Terms.scalar(scalar)) : inside;
  }

  /** Whether the bracket ahead ends an open interval, ]0, 1[: nothing after it closes it. */
  boolean endsInterval() {
    for (int ahead = 1; ; ahead++) {
      Token token = parser.peek(ahead);
      if (token.kind() == Kind.END || token.command("cup") || token.command("cap")) {
        return true;
      }
      if (token.sign(")") || token.sign("]")) {
        return false;
      }
    }
  }

  private Value absolute(String close) {
    parser.at++;
    bars++;
    Value inside = terms.sum();
    bars--;
    Token end = parser.take();
    if (!end.sign(close) && !end.command(close)) {
      throw new NotMath("a bar that is not closed");
    }
    return Value.Scalar.of(new Expr.Call("abs", Terms.scalar(inside)));
  }

  private Value command(String name) {
    return switch (name) {
      case "{" -> braces();
      case "|" -> absolute("|");
      case "emptyset" -> {
        parser.at++;
        yield new Value.Braces(List.of());
      }
      case "mathbb{R}" -> {
        parser.at++;
        yield new Value.Reals(RealSet.ALL);
      }
      case "mathbb{Z}", "mathbb{N}", "mathbb{Q}", "mathbb{C}" -> {
        parser.at++;
        yield new Value.Words(name);
      }
      case "begin" -> matrix();
      case "$", "€", "£", "¥" -> {
        parser.at++;
        Expr amount = Terms.scalar(terms.power());
        yield new Value.Scalar(amount, false, Units.currency(name));
      }
      case "boxed", "fbox", "ensuremath" -> {
        parser.at++;
        yield parser.peek().sign("{") ? group() : terms.power();
      }
      default -> Value.Scalar.of(functions.command(name));
    };
  }

  private Value braces() {
    parser.at++;
    if (parser.peek().command("}")) {
      parser.at++;
      return new Value.Braces(List.of());
    }
    bars++;
    Value inside = parser.alternatives();
    bars--;
    boolean such =
        parser.peek().sign("|") || parser.peek().command("mid") || parser.peek().sign(":");
    if (such) {
      parser.at++;
      Value condition = parser.alternatives();
      parser.expect(Kind.COMMAND, "}");
      return condition;
    }
    parser.expect(Kind.COMMAND, "}");
    if (inside instanceof Value.Relation relation
        && relation.sides().get(0) instanceof Value.Ratio ratio) { // {x : x > 2}
      List<Value> sides = new ArrayList<>(relation.sides());
      sides.set(0, ratio.parts().get(ratio.parts().size() - 1));
      return new Value.Relation(sides, relation.signs());
    }
    if (inside instanceof Value.Ratio ratio && ratio.parts().size() == 2) {
      return ratio.parts().get(1);
    }
    return new Value.Braces(
        inside instanceof Value.Several several ? several.items() : List.of(inside));
  }

  private Value matrix() {
    parser.at++;
    String name = rawArgument();
    if (name.equals("array")) {
      rawArgument();
    }
    if (name.equals("cases")) {
      return system();
    }
    if (!MATRICES.contains(name)) {
      throw new NotMath("the environment " + name);
    }
    List<List<Value>> rows = new ArrayList<>();
    List<Value> row = new ArrayList<>();
    while (!parser.peek().command("end")) {
      row.add(terms.sum());
      if (parser.peek().sign("&")) {
        parser.at++;
      } else if (parser.peek().command("\\")) {
        parser.at++;
        rows.add(row);
        row = new ArrayList<>();
      } else if (!parser.peek().command("end")) {
        throw new NotMath("a matrix that does not end");
      }
    }
    if (!row.isEmpty()) {
      rows.add(row);
    }
    parser.at++;
    rawArgument();
    if (name.equals("vmatrix")) {
      throw new NotMath("a determinant");
    }
    return new Value.Matrix(rows);
  }

  /** Equations below each other. */
  private Value system() {
    List<Value> equations = new ArrayList<>();
    while (!parser.peek().command("end")) {
      equations.add(parser.relation());
      boolean more = parser.peek().command("\\") || parser.peek().sign(",");
      if (!more && !parser.peek().command("end")) {
        throw new NotMath("a function by cases");
      }
      parser.at += more ? 1 : 0;
      parser.at += more && parser.peek().command("\\") ? 1 : 0;
    }
    parser.at++;
    rawArgument();
    return new Value.Several(equations, ",");
  }

  /** An argument in braces, else one digit or factor, as TeX reads it. */
  Expr argument() {
    Token token = parser.peek();
    if (token.sign("{")) {
      return Terms.scalar(group());
    }
    if (token.kind() == Kind.NUMBER) {
      return numerals.digit();
    }
    return Terms.scalar(primary());
  }

  /** An argument in square brackets, as of a root. */
  Optional<Expr> optionalArgument() {
    if (!parser.peek().sign("[")) {
      return Optional.empty();
    }
    parser.at++;
    Expr value = Terms.scalar(terms.sum());
    parser.expect(Kind.SIGN, "]");
    return Optional.of(value);
  }
}
