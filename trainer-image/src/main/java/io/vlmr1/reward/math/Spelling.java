package io.vlmr1.reward.math;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Different ways to write the same sign, command or function. */
final class Spelling {
  /** Commands that only change how a formula looks. */
  static final Set<String> LOOKS =
      Set.of(
          "left",
          "right",
          "middle",
          "big",
          "Big",
          "bigg",
          "Bigg",
          "bigl",
          "bigr",
          "Bigl",
          "Bigr",
          "biggl",
          "biggr",
          "Biggl",
          "Biggr",
          "displaystyle",
          "textstyle",
          "scriptstyle",
          "limits",
          "nolimits",
          "quad",
          "qquad",
          "thinspace",
          "enspace",
          "nonumber",
          "rm",
          "bf",
          "it",
          "boldsymbol",
          "hfill",
          "allowbreak",
          "hline",
          "large",
          "Large");

  /** Commands whose argument is words. */
  static final Set<String> WORDS =
      Set.of(
          "text", "textbf", "textit", "textrm", "textsf", "texttt", "mbox", "textnormal", "hbox");

  /** Commands whose argument is a name in another type: one letter stays that letter. */
  static final Set<String> TYPES =
      Set.of("mathrm", "mathbf", "mathit", "mathsf", "operatorname", "mathtt", "mathnormal", "bm");

  /** Commands that mark a letter. */
  static final Set<String> MARKS =
      Set.of("vec", "hat", "bar", "tilde", "overrightarrow", "widehat", "mathbb", "mathcal");

  /** Functions by name; all of one argument but `log`, `max`, `min`, `gcd`, `lcm`. */
  static final Set<String> FUNCTIONS =
      Set.of(
          "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "asin", "acos",
          "atan", "sinh", "cosh", "tanh", "ln", "log", "lg", "exp", "max", "min", "gcd", "lcm",
          "sqrt", "abs", "floor", "ceil", "Re", "Im", "cis");

  private static final Map<String, String> COMMANDS = new HashMap<>();
  private static final Map<String, String> PLAIN =
      Map.ofEntries(
          Map.entry("pi", "pi"),
          Map.entry("inf", "infty"),
          Map.entry("infinity", "infty"),
          Map.entry("oo", "infty"),
          Map.entry("theta", "theta"),
          Map.entry("alpha", "alpha"),
          Map.entry("beta", "beta"),
          Map.entry("gamma", "gamma"),
          Map.entry("lambda", "lambda"),
          Map.entry("emptyset", "emptyset"));

  static {
    String same =
        "dfrac=frac tfrac=frac cfrac=frac dbinom=binom tbinom=binom leq=le leqslant=le leqq=le"
            + " geq=ge geqslant=ge geqq=ge neq=ne cdot=* times=* ast=* bullet=* div=/"
            + " lbrace={{ rbrace=}} lvert=| rvert=| vert=| mid=mid varnothing=emptyset"
            + " lt=< gt=> infin=infty colon=: lbrack=[ rbrack=] lparen=( rparen=)"
            + " simeq=approx doteq=approx cong=approx dots=... ldots=... cdots=..."
            + " degree=circ backslash=setminus smallsetminus=setminus arcsin=asin"
            + " arccos=acos arctan=atan lg=log iff=Leftrightarrow implies=Rightarrow land=and"
            + " lor=or wedge=and vee=or R=mathbb{R} Z=mathbb{Z} N=mathbb{N} Q=mathbb{Q} reals=mathbb{R} plusmn=pm lnot=neg imath=i coloneqq==";
    for (String pair : same.split(" ", -1)) {
      int at = pair.indexOf('=');
      COMMANDS.put(pair.substring(0, at), pair.substring(at + 1));
    }
  }

  private static final Map<Integer, String> SIGNS = new HashMap<>();

  static {
    String pairs =
        "− - – - — - × * · * ⋅ * ∗ * ÷ / π \\pi  ∞ \\infty  ≤ \\le  ≥ \\ge  ⩽ \\le  ⩾ \\ge  ≠ \\ne "
            + " √ \\sqrt  ° ^\\circ  ² ^2 ³ ^3 ½ \\frac12 ⅓ \\frac13 ⅔ \\frac23 ¼ \\frac14 ¾"
            + " \\frac34 ∪ \\cup  ∩ \\cap  ∅ \\emptyset  ∈ \\in  ± \\pm  ≈ \\approx  θ \\theta  α"
            + " \\alpha  β \\beta  （ ( ） ) ， , ： : ； ; ％ % ＝ = ＋ + － - 。 . △ \\triangle  ∠"
            + " \\angle  ℝ \\mathbb{R} ∖ \\setminus  ′ ' ’ ' ∣ | ＜ < ＞ >";
    String[] parts = pairs.trim().split("\\s+", -1);
    for (int i = 0; i < parts.length; i += 2) {
      boolean command = parts[i + 1].matches("\\^?\\\\[a-z]+");
      SIGNS.put(parts[i].codePointAt(0), command ? parts[i + 1] + " " : parts[i + 1]);
    }
  }

  private Spelling() {}

  /** The one name of a command. */
  static String command(String name) {
    return COMMANDS.getOrDefault(name, name);
  }

  /** The command that a plain word stands for, or the word itself. */
  static String plain(String word) {
    return PLAIN.getOrDefault(word, word);
  }

  static boolean plainCommand(String word) {
    return PLAIN.containsKey(word);
  }

  /** Digits of every script as those of ASCII. */
  static String asciiDigits(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints()
        .forEach(
            point ->
                result.appendCodePoint(
                    Character.isDigit(point) ? '0' + Character.digit(point, 10) : point));
    return result.toString();
  }

  /** Signs of Unicode as LaTeX, digits of every script as those of ASCII. */
  static String ascii(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              String sign = point < 128 ? null : SIGNS.get(point);
              if (sign != null) {
                result.append(sign);
              } else if (point >= 128 && Character.isDigit(point)) {
                result.append(Character.digit(point, 10));
              } else {
                result.appendCodePoint(point >= 128 && Character.isSpaceChar(point) ? ' ' : point);
              }
            });
    return result.toString();
  }
}
