package io.vlmr1.reward.math;

import io.vlmr1.reward.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Commands that make a number of numbers: fractions, roots, functions, sums, integrals. */
final class Functions {
  private static final Set<String> UNKNOWN =
      Set.of(
          "Rightarrow",
          "Leftrightarrow",
          "to",
          "rightarrow",
          "lim",
          "partial",
          "nabla",
          "forall",
          "exists",
          "underbrace",
          "overbrace",
          "color",
          "frac{d}",
          "oint",
          "iint",
          "iiint",
          "neg",
          "subset",
          "subseteq",
          "perp",
          "parallel",
          "sim",
          "end",
          "cancel",
          "stackrel",
          "not",
          "}",
          "\\",
          "...",
          "notin",
          "pmod",
          "mod",
          "tag",
          "label",
          "ref",
          "underset",
          "overset");

  private static final Set<String> SIGNLESS = Set.of("angle", "triangle", "measuredangle", "Delta");

  private final Parser parser;
  private final Terms terms;
  private final Primaries primaries;

  Functions(Parser parser, Terms terms, Primaries primaries) {
    this.parser = parser;
    this.terms = terms;
    this.primaries = primaries;
  }

  Expr command(String name) {
    parser.at++;
    return switch (name) {
      case "frac" -> new Expr.Call("div", primaries.argument(), primaries.argument());
      case "binom" -> new Expr.Call("binom", primaries.argument(), primaries.argument());
      case "sqrt" -> root();
      case "pi" -> Expr.Call.PI;
      case "infty" -> Expr.Call.INFINITY;
      case "lfloor" -> closed("floor", "rfloor");
      case "lceil" -> closed("ceil", "rceil");
      case "sum" -> series("sum");
      case "prod" -> series("prod");
      case "int" -> integral();
      case "overline" -> overlined();
      case "i" -> Expr.Call.I;
      default ->
          Spelling.FUNCTIONS.contains(name) || name.equals("asin") ? function(name) : symbol(name);
    };
  }

  private Expr symbol(String name) {
    if (UNKNOWN.contains(name)) {
      throw new NotMath("\\" + name);
    }
    String marks = "";
    while (parser.peek().sign("_") || parser.peek().sign("'")) {
      boolean below = parser.take().sign("_");
      marks += below ? "_" + primaries.rawArgument() : "'";
    }
    if (SIGNLESS.contains(name) && parser.peek().kind() == Kind.LETTER) {
      StringBuilder points = new StringBuilder();
      while (parser.peek().kind() == Kind.LETTER) {
        points.append(parser.take().text());
      }
      return new Expr.Sym("\\" + name + " " + points);
    }
    return new Expr.Sym("\\" + name + marks);
  }

  private Expr overlined() {
    boolean letters = parser.peek().sign("{") && parser.peek(1).kind() == Kind.LETTER;
    if (letters) {
      boolean one = parser.peek(2).sign("}");
      return one
          ? new Expr.Call("conj", primaries.argument())
          : new Expr.Sym("overline " + primaries.rawArgument());
    }
    return new Expr.Call("conj", primaries.argument());
  }

  private Expr root() {
    Optional<Expr> degree = primaries.optionalArgument();
    Expr of = primaries.argument();
    return degree.isPresent() ? new Expr.Call("root", of, degree.get()) : new Expr.Call("sqrt", of);
  }

  private Expr closed(String function, String end) {
    Expr inside = Terms.scalar(terms.sum());
    parser.expect(Kind.COMMAND, end);
    return new Expr.Call(function, inside);
  }

  private Expr function(String name) {
    Optional<Expr> base = Optional.empty();
    Optional<Expr> power = Optional.empty();
    while (parser.peek().sign("_") || parser.peek().sign("^")) {
      boolean below = parser.take().sign("_");
      Expr value = below ? primaries.argument() : exponent();
      base = below ? Optional.of(value) : base;
      power = below ? power : Optional.of(value);
    }
    primaries.function(1);
    List<Expr> arguments = arguments();
    primaries.function(-1);
    Expr applied = applied(name, base, arguments, power);
    boolean inverse = power.isPresent() && power.get().equals(Expr.of(-1));
    return power.isEmpty() || inverse ? applied : new Expr.Call("pow", applied, power.get());
  }

  private Expr exponent() {
    boolean minus = parser.peek().sign("-");
    parser.at += minus ? 1 : 0;
    Expr value =
        parser.peek().kind() == Kind.NUMBER
            ? Terms.scalar(primaries.primary())
            : primaries.argument();
    return minus ? Expr.negative(value) : value;
  }

  private static Expr applied(
      String name, Optional<Expr> base, List<Expr> arguments, Optional<Expr> power) {
    Expr first = arguments.get(0);
    boolean inverse = power.isPresent() && power.get().equals(Expr.of(-1));
    if (inverse) {
      if (!Set.of("sin", "cos", "tan").contains(name)) {
        throw new NotMath("the inverse of " + name);
      }
      return new Expr.Call("a" + name, first);
    }
    return switch (name) {
      case "log" -> new Expr.Call("log", base.orElse(Expr.of(10)), first);
      case "exp" -> new Expr.Call("exp", first);
      case "Re" -> new Expr.Call("re", first);
      case "Im" -> new Expr.Call("im", first);
      case "cis" ->
          new Expr.Call(
              "add",
              new Expr.Call("cos", first),
              new Expr.Call("mul", Expr.Call.I, new Expr.Call("sin", first)));
      case "max", "min", "gcd", "lcm" -> new Expr.Call(name, arguments);
      default -> {
        if (arguments.size() > 1 || base.isPresent()) {
          throw new NotMath(name + " of several numbers");
        }
        yield new Expr.Call(name, first);
      }
    };
  }

  /** What a function is applied to: brackets, or the factors that follow it. */
  private List<Expr> arguments() {
    if (parser.peek().sign("(") || parser.peek().sign("[")) {
      Value inside = primaries.primary();
      if (inside instanceof Value.Brackets brackets) {
        return brackets.items().stream().map(Terms::scalar).toList();
      }
      return List.of(Terms.scalar(inside));
    }
    boolean minus = parser.peek().sign("-");
    parser.at += minus ? 1 : 0;
    Expr product = Terms.scalar(terms.power());
    while (multiplies(parser.peek())) {
      boolean stroke = parser.peek().sign("/");
      parser.at += stroke || parser.peek().sign("*") ? 1 : 0;
      product = new Expr.Call(stroke ? "div" : "mul", product, Terms.scalar(terms.power()));
    }
    return List.of(minus ? Expr.negative(product) : product);
  }

  /** Numbers and letters go on the argument; brackets and other functions do not. */
  private boolean multiplies(Token token) {
    boolean plain =
        token.kind() == Kind.LETTER || token.kind() == Kind.NUMBER || token.command("pi");
    boolean greek =
        token.kind() == Kind.COMMAND
            && Set.of("theta", "alpha", "beta", "gamma", "phi", "varphi", "omega", "lambda", "frac")
                .contains(token.text());
    boolean stroke =
        token.sign("/")
            && (parser.peek(1).kind() == Kind.NUMBER || parser.peek(1).kind() == Kind.LETTER);
    return (plain && !primaries.isDifferential()) || greek || stroke;
  }

  private Expr series(String name) {
    parser.expect(Kind.SIGN, "_");
    parser.expect(Kind.SIGN, "{");
    String variable = parser.take().text();
    parser.expect(Kind.SIGN, "=");
    Expr low = Terms.scalar(terms.sum());
    parser.expect(Kind.SIGN, "}");
    parser.expect(Kind.SIGN, "^");
    Expr high = primaries.argument();
    Value body = seriesBody();
    return new Expr.Call(
        name, new Expr.Sym(variable), low, high, named(Terms.scalar(body), variable));
  }

  /** The terms up to the next plus or minus. */
  private Value seriesBody() {
    Value value = terms.power();
    while (multiplies(parser.peek()) || parser.peek().sign("(") || parser.peek().sign("*")) {
      parser.at += parser.peek().sign("*") ? 1 : 0;
      value =
          Value.Scalar.of(new Expr.Call("mul", Terms.scalar(value), Terms.scalar(terms.power())));
    }
    return value;
  }

  /** A running index named i or e is no constant. */
  private static Expr named(Expr body, String variable) {
    if (body.equals(Expr.Call.I) || body.equals(Expr.Call.E)) {
      boolean same = body.equals(variable.equals("i") ? Expr.Call.I : Expr.Call.E);
      return same && (variable.equals("i") || variable.equals("e")) ? new Expr.Sym(variable) : body;
    }
    if (body instanceof Expr.Call call) {
      List<Expr> arguments = new ArrayList<>();
      call.arguments().forEach(argument -> arguments.add(named(argument, variable)));
      return new Expr.Call(call.name(), arguments);
    }
    return body;
  }

  private Expr integral() {
    parser.expect(Kind.SIGN, "_");
    Expr low = bound();
    parser.expect(Kind.SIGN, "^");
    Expr high = bound();
    String variable = variable();
    primaries.differential(variable);
    Expr body = primaries.isDifferential() ? Expr.of(1) : Terms.scalar(terms.sum());
    if (!primaries.isDifferential()) {
      throw new NotMath("an integral without its variable");
    }
    primaries.differential("");
    parser.at += 2;
    return new Expr.Call("integral", new Expr.Sym(variable), low, high, body);
  }

  private Expr bound() {
    boolean minus = parser.peek().sign("-");
    parser.at += minus ? 1 : 0;
    Expr value = primaries.argument();
    return minus ? Expr.negative(value) : value;
  }

  /** The letter after the last d. */
  private String variable() {
    for (int i = parser.tokens.size() - 2; i > parser.at; i--) {
      if (parser.tokens.get(i - 1).is(Kind.LETTER, "d")
          && parser.tokens.get(i).kind() == Kind.LETTER) {
        return parser.tokens.get(i).text();
      }
    }
    throw new NotMath("an integral without its variable");
  }
}
