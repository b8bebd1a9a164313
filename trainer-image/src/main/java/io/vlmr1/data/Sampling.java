package io.vlmr1.data;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which rows of a file take part: all, the first or last of them, or some drawn at random.
 *
 * @param choice from where
 * @param amount how many, or percent of all; 0 or more
 * @param percent whether the amount is a percentage, rounded up
 */
public record Sampling(Choice choice, int amount, boolean percent) {
  /** Every row. */
  public static final Sampling ALL = new Sampling(Choice.ALL, 0, false);

  private static final Pattern WORDS = Pattern.compile("(first|end|random):([0-9]{1,9})(%?)");

  /** From where rows are taken. */
  public enum Choice {
    ALL,
    FIRST,
    END,
    RANDOM
  }

  /**
   * Reads `all`, `first:N`, `end:N` or `random:N`; N a number or a whole percentage (`25%`).
   *
   * @throws IllegalArgumentException saying what is wrong, for anything else
   */
  public static Sampling parse(String text) {
    if (text.equals("all")) {
      return ALL;
    }
    Matcher words = WORDS.matcher(text);
    if (!words.matches()) {
      throw new IllegalArgumentException(
          "unknown sampling \""
              + text
              + "\"; write all, first:N, end:N or random:N, N a number or a whole percentage of at"
              + " least 0");
    }
    Choice choice =
        switch (words.group(1)) {
          case "first" -> Choice.FIRST;
          case "end" -> Choice.END;
          default -> Choice.RANDOM;
        };
    return new Sampling(choice, Integer.parseInt(words.group(2)), !words.group(3).isEmpty());
  }

  /**
   * The chosen of n rows, as numbers from 0: in the file's order, or as drawn.
   *
   * @param random used by `random` only; one generator serves all files of a mix in turn
   */
  public int[] of(int n, PythonRandom random) {
    long wanted = percent ? ((long) n * amount + 99) / 100 : amount;
    int count = (int) Math.min(n, wanted);
    return switch (choice) {
      case ALL -> IntStream.range(0, n).toArray();
      case FIRST -> IntStream.range(0, count).toArray();
      case END -> IntStream.range(n - count, n).toArray();
      case RANDOM -> Arrays.copyOf(random.permutation(n), count);
    };
  }
}
