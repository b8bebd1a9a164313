package io.vlmr1.reward.text;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Formulas as texts, brought into one spelling before they are compared: what VLM-R1 took from the
 * harness of Hendrycks' MATH. Where its code stops with an error there is no result here.
 */
public final class LatexText {
  private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?\\d++(?:_\\d++)*\\s*");
  private static final String BOX = "\\boxed";
  private static final String BOX_BLANK = "\\boxed ";

  private LatexText() {}

  /** Whether an answer, the inside of its last box if it has one, is spelled as the truth. */
  public static boolean same(String answer, String truth) {
    Optional<String> box = lastBox(answer);
    Optional<String> inside = box.isPresent() ? inside(box.get()) : Optional.of(answer);
    if (inside.isEmpty()) {
      return false;
    }
    Optional<String> one = stripped(inside.get());
    Optional<String> other = stripped(truth);
    boolean both = one.isPresent() && other.isPresent();
    return both ? one.equals(other) : inside.get().equals(truth);
  }

  /** The last `\boxed{…}` or `\fbox{…}`. Source: `last_boxed_only_string`. */
  public static Optional<String> lastBox(String text) {
    int blank = text.lastIndexOf(BOX_BLANK);
    if (blank >= 0) {
      String rest = text.substring(blank + BOX_BLANK.length());
      int dollar = rest.indexOf('$');
      return Optional.of(BOX_BLANK + (dollar < 0 ? rest : rest.substring(0, dollar)));
    }
    int from = text.lastIndexOf(BOX);
    from = from < 0 ? text.lastIndexOf("\\fbox") : from;
    int open = 0;
    for (int i = from; i >= 0 && i < text.length(); i++) {
      open += text.charAt(i) == '{' ? 1 : 0;
      if (text.charAt(i) == '}' && --open == 0) {
        return Optional.of(text.substring(from, i + 1));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> inside(String box) {
    if (box.contains(BOX_BLANK)) {
      return box.startsWith(BOX_BLANK)
          ? Optional.of(box.substring(BOX_BLANK.length()))
          : Optional.empty();
    }
    return box.startsWith(BOX + "{") && box.endsWith("}")
        ? Optional.of(box.substring(BOX.length() + 1, box.length() - 1))
        : Optional.empty();
  }

  /** One spelling of a formula. Source: `strip_string`. */
  public static Optional<String> stripped(String formula) {
    String text =
        formula
            .replace("\n", "")
            .replace("\\!", "")
            .replace("\\\\", "\\")
            .replace("tfrac", "frac")
            .replace("dfrac", "frac")
            .replace("\\left", "")
            .replace("\\right", "")
            .replace("^{\\circ}", "")
            .replace("^\\circ", "")
            .replace("\\$", "");
    int unit = text.indexOf("\\text{ ");
    if (unit >= 0 && text.indexOf("\\text{ ", unit + 1) >= 0) {
      return Optional.empty();
    }
    text = unit >= 0 ? text.substring(0, unit) : text;
    text = text.replace("\\%", "").replace(" .", " 0.").replace("{.", "{0.");
    if (text.isEmpty()) {
      return Optional.of(text);
    }
    text = text.startsWith(".") ? "0" + text : text;
    int equals = text.indexOf('=');
    if (equals >= 0 && equals <= 2 && text.indexOf('=', equals + 1) < 0) {
      text = text.substring(equals + 1);
    }
    return roots(text)
        .map(plain -> plain.replace(" ", ""))
        .flatMap(LatexText::fractions)
        .map(plain -> plain.equals("0.5") ? "\\frac{1}{2}" : plain)
        .flatMap(LatexText::quotient);
  }

  private static Optional<String> roots(String text) {
    String[] parts = text.split("\\\\sqrt", -1);
    StringBuilder result = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].isEmpty()) {
        return Optional.empty();
      }
      int first = parts[i].offsetByCodePoints(0, 1);
      result.append("\\sqrt");
      if (parts[i].charAt(0) == '{') {
        result.append(parts[i]);
      } else {
        result.append('{').append(parts[i], 0, first).append('}').append(parts[i].substring(first));
      }
    }
    return Optional.of(result.toString());
  }

  private static Optional<String> fractions(String text) {
    String[] parts = text.split("\\\\frac", -1);
    StringBuilder result = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      result.append("\\frac");
      if (part.isEmpty()) {
        return Optional.empty();
      }
      if (part.charAt(0) == '{') {
        result.append(part);
        continue;
      }
      if (part.codePointCount(0, part.length()) < 2) {
        return Optional.of(text);
      }
      int first = part.offsetByCodePoints(0, 1);
      int second = part.offsetByCodePoints(first, 1);
      result.append('{').append(part, 0, first).append('}');
      if (part.charAt(first) == '{') {
        result.append(part.substring(first));
      } else {
        result.append('{').append(part, first, second).append('}').append(part.substring(second));
      }
    }
    return Optional.of(result.toString());
  }

  private static Optional<String> quotient(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2) {
      return Optional.of(text);
    }
    boolean integers = INTEGER.matcher(parts[0]).matches() && INTEGER.matcher(parts[1]).matches();
    if (!integers) {
      return Optional.empty();
    }
    boolean plain = plain(parts[0]) && plain(parts[1]);
    return Optional.of(plain ? "\\frac{" + parts[0] + "}{" + parts[1] + "}" : text);
  }

  private static boolean plain(String integer) {
    return integer.matches("0|-?[1-9][0-9]*+");
  }
}
