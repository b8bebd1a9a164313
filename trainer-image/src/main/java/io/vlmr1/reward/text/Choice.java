package io.vlmr1.reward.text;

import io.vlmr1.data.Whitespace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The letter of a multiple choice. */
public final class Choice {
  private static final List<String> HINTS =
      List.of(
          "答案", "选择", "正确", "是", "对", "ANSWER", "CORRECT", "CHOOSE", "SELECT", "RIGHT", "认为", "应该",
          "觉得", "THINK", "SHOULD");

  /** How far around a letter hints count, in characters. */
  private static final int AROUND = 20;

  private Choice() {}

  /**
   * The letter that a text chooses: alone or before a stop; among several, that with most hints
   * around it, and on ties the first. Source: `extract_choice` of VLM-R1.
   */
  public static Optional<String> in(String text) {
    return find(text, ".,?!:;");
  }

  /** The same; letters in brackets, stars or before full-width stops count too. */
  public static Optional<String> marked(String text) {
    return find(text, ".,?!:;)]}*。、，；：！？）】");
  }

  private static Optional<String> find(String original, String stops) {
    String text = oneBlank(original.toUpperCase(Locale.ROOT));
    Map<Character, Integer> scores = new LinkedHashMap<>();
    for (int i = 0; i < text.length(); i++) {
      boolean alone = latin(text.charAt(i)) && (i == 0 || !latin(text.charAt(i - 1)));
      if (alone && (i + 1 == text.length() || stops.indexOf(text.charAt(i + 1)) >= 0)) {
        scores.put(text.charAt(i), 0);
      }
    }
    if (scores.size() > 1) {
      scores.replaceAll((letter, none) -> score(text, letter));
    }
    String best = null;
    int bestScore = -1;
    for (Map.Entry<Character, Integer> entry : scores.entrySet()) {
      if (entry.getValue() > bestScore) {
        best = entry.getKey().toString();
        bestScore = entry.getValue();
      }
    }
    return Optional.ofNullable(best);
  }

  private static int score(String text, char letter) {
    int at = text.indexOf(letter); // its first place, even within a word: as the original does
    String around = text.substring(Math.max(0, at - AROUND), Math.min(text.length(), at + AROUND));
    int score = 0;
    for (String hint : HINTS) {
      score += around.contains(hint) ? 1 : 0;
    }
    score += at > text.length() * 0.7 ? 2 : 0;
    boolean stopped = at + 1 < text.length() && "。.!！,，".indexOf(text.charAt(at + 1)) >= 0;
    return score + (stopped ? 1 : 0);
  }

  private static boolean latin(char letter) {
    return letter >= 'A' && letter <= 'Z';
  }

  private static String oneBlank(String text) {
    StringBuilder result = new StringBuilder();
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Whitespace.is(text.charAt(i));
      if (!space || !blank) {
        result.append(space ? ' ' : text.charAt(i));
      }
      blank = space;
    }
    return result.toString();
  }
}
