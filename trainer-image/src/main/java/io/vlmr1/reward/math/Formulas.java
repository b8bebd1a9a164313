package io.vlmr1.reward.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the answer in a text and reads it. */
final class Formulas {
  private static final int LONGEST = 4000;
  private static final List<String> SAYS =
      List.of("answer is", "answer:", "result is", " is ", " are ", " equals ", "therefore", ":");

  /** Two words in a row, neither of them a command. */
  private static final Pattern SENTENCE =
      Pattern.compile("(?<![\\\\\\p{L}{])\\p{L}{3,}+\\s++\\p{L}{2,}+(?![\\p{L}}(])");

  /** "The answer is", at the start; in words of LaTeX too. */
  private static final Pattern LEAD =
      Pattern.compile(
          "^(?:\\\\text\\w*\\s*\\{)?\\s*+(?:the )?(?:final |correct )?(?:answer|result|solution)s?+"
              + "\\s*+(?::|=|is\\b|are\\b)\\s*+\\}?",
          Pattern.CASE_INSENSITIVE);

  /** What stands around an answer: Markdown's stars, an equals sign. */
  private static final Pattern MARKS = Pattern.compile("^(?:\\*\\*|=\\s*+)|\\*\\*$");

  private static final Pattern AMOUNT = Pattern.compile("^[-+]?[0-9][0-9.,/ ]*+");

  private static final Pattern WORDS =
      Pattern.compile("\\\\(?:text\\w*+|mbox|mathrm)\\s*+\\{[^{}]*+\\}");

  private Formulas() {}

  /** What a text comes to. */
  static Reading read(String text) {
    String trimmed = text.strip();
    if (trimmed.length() > 100 * LONGEST) {
      return Reading.words(trimmed.substring(0, LONGEST));
    }
    String found = formula(trimmed);
    String formula = MARKS.matcher(LEAD.matcher(found).replaceFirst("").strip()).replaceAll("");
    trimmed = found.equals(trimmed) ? formula : trimmed;
    if (formula.length() > LONGEST) {
      return Reading.words(formula.substring(0, LONGEST) + "…");
    }
    boolean sentence =
        formula.equals(trimmed)
            && !Units.isMeasure(AMOUNT.matcher(stopped(formula)).replaceFirst(""))
            && SENTENCE.matcher(WORDS.matcher(formula).replaceAll("")).find();
    Reading whole = sentence ? Reading.words(stopped(formula)) : parsed(formula);
    if (whole.value() instanceof Value.Words && formula.equals(trimmed)) {
      for (String says : SAYS) {
        int at = formula.lastIndexOf(says);
        if (at >= 0) {
          Reading rest = parsed(stopped(formula.substring(at + says.length())));
          if (!(rest.value() instanceof Value.Words)) {
            return rest;
          }
        }
      }
    }
    return whole;
  }

  private static Reading parsed(String formula) {
    String plain = stopped(formula);
    if (Texts.words(plain) || plain.isEmpty()) {
      return Reading.words(plain);
    }
    Optional<Rational> based = Numerals.toABase(plain);
    if (based.isPresent()) {
      return new Reading(plain, Value.Scalar.of(new Expr.Num(based.get(), false)));
    }
    try {
      return new Reading(plain, Shapes.of(Parser.read(plain)));
    } catch (NotMath | StackOverflowError e) {
      return Reading.words(plain);
    }
  }

  /** Without stops, blanks and line ends around it. */
  private static String stopped(String text) {
    String plain = text.strip();
    while (!plain.isEmpty() && ".,;。".indexOf(plain.charAt(plain.length() - 1)) >= 0) {
      boolean escaped = plain.endsWith("\\,") || plain.endsWith("\\;") || plain.endsWith("...");
      if (escaped) {
        return plain;
      }
      plain = plain.substring(0, plain.length() - 1).strip();
    }
    return plain;
  }

  /** The last box, else the last formulas between dollars, else everything. */
  private static String formula(String text) {
    String boxed = lastBox(text);
    if (!boxed.isEmpty()) {
      return boxed;
    }
    List<int[]> spans = spans(text);
    if (spans.isEmpty()) {
      return text;
    }
    int last = spans.size() - 1;
    List<String> parts = new ArrayList<>(List.of(inside(text, spans.get(last))));
    while (last > 0) {
      String between = text.substring(spans.get(last - 1)[3], spans.get(last)[0]).strip();
      if (!between.matches("(?:,|,? ?and|,? ?or)")) {
        break;
      }
      last--;
      parts.add(0, inside(text, spans.get(last)));
    }
    String joined = String.join(" , ", parts);
    String rest = text.substring(spans.get(spans.size() - 1)[3]).strip();
    boolean percent = rest.equals("%") || rest.equals("\\%");
    boolean around = spans.size() == 1 && spans.get(0)[0] > 0 && rest.isEmpty();
    if (around && text.substring(0, spans.get(0)[0]).strip().endsWith("=")) {
      return text.substring(0, spans.get(0)[0]) + joined;
    }
    return percent ? joined + "\\%" : joined;
  }

  private static String inside(String text, int[] span) {
    return text.substring(span[1], span[2]);
  }

  private static String lastBox(String text) {
    int at = Math.max(text.lastIndexOf("\\boxed"), text.lastIndexOf("\\fbox"));
    if (at < 0) {
      return "";
    }
    int from = text.indexOf('{', at);
    boolean direct = from >= 0 && text.substring(at, from).strip().matches("\\\\[a-z]++");
    if (!direct) {
      return text.substring(text.indexOf('x', at + 3) + 1).replaceAll("^ed", "").strip();
    }
    int open = 0;
    for (int i = from; i < text.length(); i++) {
      open += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
      if (open == 0) {
        return text.substring(from + 1, i);
      }
    }
    return "";
  }

  /** Formulas between delimiters: where each begins, its inside, and where it ends. */
  private static List<int[]> spans(String text) {
    List<int[]> spans = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      String open = opening(text, at);
      if (open.isEmpty()) {
        at += text.charAt(at) == '\\' ? 2 : 1;
        continue;
      }
      String close = open.equals("\\(") ? "\\)" : open.equals("\\[") ? "\\]" : open;
      int from = at + open.length();
      int to = closing(text, from, close);
      if (to < 0) {
        return spans;
      }
      if (to > from) {
        spans.add(new int[] {at, from, to, to + close.length()});
      }
      at = to + close.length();
    }
    return spans;
  }

  private static String opening(String text, int at) {
    for (String open : List.of("$$", "$", "\\(", "\\[")) {
      if (text.startsWith(open, at)) {
        return open;
      }
    }
    return "";
  }

  private static int closing(String text, int from, String close) {
    int at = text.indexOf(close, from);
    while (at > 0 && close.startsWith("$") && text.charAt(at - 1) == '\\') {
      at = text.indexOf(close, at + 1);
    }
    return at;
  }
}
