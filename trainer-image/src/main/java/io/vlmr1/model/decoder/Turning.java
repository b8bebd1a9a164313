package io.vlmr1.model.decoder;

import io.vlmr1.nn.Rotary;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * How a language model turns queries and keys by their place.
 *
 * @param headWidth width of a head
 * @param turned how much of it is turned, from the front
 * @param sections rotary frequencies of each axis, in order; those that are left belong to the last
 * @param pairs which numbers are turned against each other
 * @param base of the frequencies, given the length of the whole sequence
 */
public record Turning(
    int headWidth,
    int turned,
    List<Integer> sections,
    Rotary.Pairs pairs,
    IntToDoubleFunction base) {
  public Turning {
    sections = List.copyOf(sections);
  }

  /** Whole heads, halves against each other, always the same base. */
  public static Turning of(int headWidth, double base, List<Integer> sections) {
    return new Turning(headWidth, headWidth, sections, Rotary.Pairs.HALVES, length -> base);
  }

  /** Places of rows being gathered, then turned into angles. */
  final class Rows {
    private final float[] ofPairs;
    private final int rows;
    private int row;
    private float[] frequencies = {};
    private double currentBase = Double.NaN;

    Rows(int rows) {
      this.rows = rows;
      ofPairs = new float[rows * headWidth / 2];
    }

    /** What follows belongs to a sequence of this length. */
    void sequence(int length) {
      double next = base.applyAsDouble(length);
      if (next != currentBase) {
        frequencies = Rotary.inverseFrequencies(turned, next);
        currentBase = next;
      }
    }

    /** The tokens of a prompt. */
    void add(Places places) {
      int[] axis = axes(places.axes().size());
      int tokens = places.axes().get(0).length;
      for (int i = 0; i < tokens; i++, row++) {
        int from = row * headWidth / 2;
        for (int j = 0; j < frequencies.length; j++) {
          ofPairs[from + j] = places.axes().get(axis[j])[i] * frequencies[j];
        }
      }
    }

    /** Text: a token a row, on all axes alike. */
    void add(int firstPlace, int tokens) {
      for (int i = 0; i < tokens; i++, row++) {
        int from = row * headWidth / 2;
        for (int j = 0; j < frequencies.length; j++) {
          ofPairs[from + j] = (firstPlace + i) * frequencies[j];
        }
      }
    }

    private int[] axes(int count) {
      int[] axis = new int[frequencies.length];
      int j = 0;
      for (int section = 0; section < count && j < axis.length; section++) {
        int size = section < sections.size() ? sections.get(section) : axis.length;
        for (int k = 0; k < size && j < axis.length; k++) {
          axis[j++] = section;
        }
      }
      return axis;
    }

    /** Of all rows, which must have been added. */
    Rotary angles() {
      if (row != rows) {
        throw new IllegalStateException(row + " of " + rows + " rows have a place");
      }
      return Rotary.angles(ofPairs, rows, pairs);
    }
  }

  /** Room for a number of rows. */
  Rows rows(int rows) {
    return new Rows(rows);
  }
}
