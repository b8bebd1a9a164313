package io.vlmr1.data;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
   * The chosen of a file's rows, without a list of them where they follow each other.
   *
   * @param first of them, when they follow each other
   * @param count how many
   * @param drawn their numbers, when they were drawn
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Chosen(int first, int count, int @Nullable [] drawn) {
    /** The row at a place of 0 to count - 1. */
    public int at(int place) {
      return drawn == null ? first + place : drawn[place];
    }
  }

  /**
   * The chosen of n rows: in the file's order, or as drawn.
   *
   * @param random used by `random` only; one generator serves all files of a mix in turn
   */
  public Chosen of(int n, PythonRandom random) {
    long wanted = percent ? ((long) n * amount + 99) / 100 : amount;
    int count = (int) Math.min(n, wanted);
    return switch (choice) {
      case ALL -> new Chosen(0, n, null);
      case FIRST -> new Chosen(0, count, null);
      case END -> new Chosen(n - count, count, null);
      case RANDOM -> new Chosen(0, count, Arrays.copyOf(random.permutation(n), count));
    };
  }
}
