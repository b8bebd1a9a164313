package io.vlmr1.reward.math;

import io.vlmr1.reward.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a formula into tokens; blanks and what only changes the look are dropped. */
final class Lexer {
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean spaced;
  private int brackets;

  private Lexer(String text) {
    this.text = text;
  }

  /** The tokens, an END last. */
  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(Spelling.ascii(text));
    while (lexer.at < lexer.text.length()) {
      lexer.next();
    }
    lexer.add(Kind.END, "");
    return lexer.tokens;
  }

  private void next() {
    char letter = text.charAt(at);
    if (Character.isWhitespace(letter) || letter == '~' || letter == '$') {
      at++;
      spaced = true;
    } else if (digit(at) || (letter == '.' && digit(at + 1))) {
      number();
    } else if (letter == '\\') {
      command();
    } else if (Character.isLetter(letter)) {
      letters();
    } else {
      at++;
      sign(letter == '*' && at < text.length() && text.charAt(at) == '*' ? "**" : letter + "");
    }
  }

  private void sign(String sign) {
    switch (sign) {
      case "**" -> {
        at++;
        add(Kind.SIGN, "^");
      }
      case "(", "[" -> {
        brackets++;
        add(Kind.SIGN, sign);
      }
      case ")", "]" -> {
        brackets--;
        add(Kind.SIGN, sign);
      }
      case "<", ">", "!" -> {
        boolean equal = at < text.length() && text.charAt(at) == '=';
        boolean not = sign.equals("!") && equal && !follows(at + 1, '=');
        if (equal && (not || !sign.equals("!"))) {
          at++;
          add(Kind.COMMAND, sign.equals("<") ? "le" : sign.equals(">") ? "ge" : "ne");
        } else {
          add(Kind.SIGN, sign);
        }
      }
      case "€", "£", "¥" -> add(Kind.COMMAND, sign);
      default -> add(Kind.SIGN, sign);
    }
  }

  private void number() {
    StringBuilder digits = new StringBuilder();
    int start = at;
    while (digit(at)) {
      digits.append(text.charAt(at++));
    }
    int first = at - start;
    if (first >= 1 && first <= 3 && text.charAt(start) != '0') {
      thousands(digits);
    }
    if (follows(at, '.') && !follows(at + 1, '.')) {
      digits.append('.');
      at++;
      while (digit(at)) {
        digits.append(text.charAt(at++));
      }
    }
    if (at + 1 < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int exponent = at + 1 + (follows(at + 1, '-') || follows(at + 1, '+') ? 1 : 0);
      if (digit(exponent)) {
        digits.append('e').append(text, at + 1, exponent);
        at = exponent;
        while (digit(at)) {
          digits.append(text.charAt(at++));
        }
      }
    }
    add(Kind.NUMBER, digits.toString());
  }

  /** Groups of exactly three digits after a separator; a comma only outside of brackets. */
  private void thousands(StringBuilder digits) {
    while (true) {
      int gap = separator(at);
      boolean group = gap > 0 && digit(at + gap) && digit(at + gap + 1) && digit(at + gap + 2);
      if (!group || digit(at + gap + 3)) {
        return;
      }
      at += gap;
      digits.append(text, at, at + 3);
      at += 3;
    }
  }

  private int separator(int from) {
    for (String gap : List.of("{,}", "\\!", "\\,", ",\\!", "{,}\\!")) {
      if (text.startsWith(gap, from)) {
        return gap.length();
      }
    }
    return brackets == 0 && (follows(from, ',') || follows(from, ' ')) ? 1 : 0;
  }

  private void command() {
    int start = ++at;
    while (at < text.length() && asciiLetter(text.charAt(at))) {
      at++;
    }
    String name = text.substring(start, at);
    if (name.isEmpty()) {
      escaped();
    } else if (Spelling.LOOKS.contains(name)) {
      boolean bracket = name.equals("left") || name.equals("right");
      if (bracket && follows(at, '.')) {
        at++;
      }
      spaced = true;
    } else if (Spelling.WORDS.contains(name)) {
      words(argument());
    } else if (Spelling.TYPES.contains(name)) {
      typed(name, argument());
    } else if (Spelling.MARKS.contains(name)) {
      String marked = argument().strip();
      add(name.equals("mathbb") ? Kind.COMMAND : Kind.LETTER, name + "{" + marked + "}");
    } else {
      named(Spelling.command(name));
    }
  }

  private void named(String name) {
    switch (name) {
      case "and", "or" -> add(Kind.WORDS, name);
      case "Omega" -> add(afterNumber() ? Kind.WORDS : Kind.COMMAND, afterNumber() ? "ohm" : name);
      case "{{" -> add(Kind.COMMAND, "{");
      case "}}" -> add(Kind.COMMAND, "}");
      case "*", "/", "|", "<", ">", "[", "]", "(", ")", ":", "=" -> add(Kind.SIGN, name);
      default -> add(Kind.COMMAND, name);
    }
  }

  private void escaped() {
    char letter = at < text.length() ? text.charAt(at++) : ' ';
    switch (letter) {
      case '{' -> {
        brackets++;
        add(Kind.COMMAND, "{");
      }
      case '}' -> {
        brackets--;
        add(Kind.COMMAND, "}");
      }
      case '$', '|' -> add(Kind.COMMAND, letter + "");
      case '%' -> add(Kind.SIGN, "%");
      case '\\' -> add(Kind.COMMAND, "\\");
      default -> spaced = true; // a blank of some width, or a delimiter of formulas
    }
  }

  private void typed(String command, String argument) {
    String name = argument.replace("~", " ").replace("\\,", " ").strip();
    if (Spelling.FUNCTIONS.contains(name)) {
      add(Kind.COMMAND, Spelling.command(name));
    } else if (name.length() == 1 && Character.isLetter(name.charAt(0))) {
      boolean vector = command.equals("mathbf") || command.equals("bm");
      boolean unit = !tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Kind.NUMBER;
      if (command.equals("mathrm") && unit && !"eid".contains(name)) {
        words(name);
      } else {
        add(Kind.LETTER, vector && "ijk".contains(name) ? "vec{" + name + "}" : name);
      }
    } else {
      words(name);
    }
  }

  private void words(String content) {
    String words = content.replace("~", " ").replace("\\,", " ").replace("\\ ", " ").strip();
    if (words.equals("to") && afterNumber()) {
      add(Kind.SIGN, ":");
    } else if (words.equals(":")) {
      add(Kind.SIGN, words);
    } else if (!words.isEmpty()) {
      boolean join = words.equalsIgnoreCase("or") || words.equalsIgnoreCase("and");
      add(Kind.WORDS, join ? words.toLowerCase(java.util.Locale.ROOT) : words);
    }
  }

  /** What stands in the braces that follow, else the next character. */
  private String argument() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (!follows(at, '{')) {
      return at < text.length() ? String.valueOf(text.charAt(at++)) : "";
    }
    int start = ++at;
    int open = 1;
    while (at < text.length()) {
      char letter = text.charAt(at++);
      open += letter == '{' ? 1 : letter == '}' ? -1 : 0;
      if (open == 0) {
        return text.substring(start, at - 1);
      }
    }
    return text.substring(start);
  }

  private void letters() {
    int start = at;
    while (at < text.length() && asciiLetter(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      add(Kind.LETTER, text.substring(start, ++at));
      return;
    }
    String run = text.substring(start, at);
    boolean afterNumber = afterNumber();
    boolean afterUnit =
        !tokens.isEmpty()
            && tokens.get(tokens.size() - 1).kind() == Kind.WORDS
            && !tokens.get(tokens.size() - 1).joins();
    if (run.equals("or") || run.equals("and")) {
      add(Kind.WORDS, run);
    } else if (run.equals("to") && afterNumber) {
      add(Kind.SIGN, ":");
    } else if (afterNumber && run.equals("min") && !follows(at, '(')) {
      add(Kind.WORDS, run);
    } else if (Spelling.FUNCTIONS.contains(run)) {
      add(Kind.COMMAND, Spelling.command(run));
    } else if (Spelling.plainCommand(run)) {
      add(Kind.COMMAND, Spelling.plain(run));
    } else if ((afterNumber && (Units.known(run) || run.length() > 3))
        || (afterUnit && run.length() > 1)) {
      add(Kind.WORDS, run);
      if (follows(at, '/') && at + 1 < text.length() && asciiLetter(text.charAt(at + 1))) {
        int end = at + 1;
        while (end < text.length() && asciiLetter(text.charAt(end))) {
          end++;
        }
        add(Kind.SIGN, "/");
        add(Kind.WORDS, text.substring(at + 1, end));
        at = end;
      }
    } else {
      for (int i = start + functionBefore(run); i < start + run.length(); i++) {
        add(Kind.LETTER, text.substring(i, i + 1));
      }
    }
  }

  private boolean afterNumber() {
    if (tokens.isEmpty()) {
      return false;
    }
    Token last = tokens.get(tokens.size() - 1);
    return last.kind() == Kind.NUMBER || last.sign("%");
  }

  /** `sinx` is a function of x: takes the function's letters and says how many. */
  private int functionBefore(String run) {
    for (String name : List.of("sin", "cos", "tan", "log", "ln", "sqrt")) {
      boolean one = run.startsWith(name) && run.length() == name.length() + 1;
      if (one) {
        add(Kind.COMMAND, name);
        return name.length();
      }
    }
    return 0;
  }

  private void add(Kind kind, String name) {
    tokens.add(new Token(kind, name, spaced));
    spaced = false;
  }

  private boolean digit(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private boolean follows(int index, char letter) {
    return index < text.length() && text.charAt(index) == letter;
  }

  private static boolean asciiLetter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  }
}
