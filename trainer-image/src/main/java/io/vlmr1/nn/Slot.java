package io.vlmr1.nn;

import java.util.Arrays;
import java.util.List;

/**
 * One leaf: weights that are used as one, stacked along their first dimension.
 *
 * @param unit what it is used together with
 * @param name how layers ask for it
 * @param parts the names and shapes of the hub's tensors in it, in order
 * @param decayed whether weight decay applies to it
 */
public record Slot(String unit, String name, List<Part> parts, boolean decayed) {
  public Slot {
    parts = List.copyOf(parts);
  }

  /** A leaf that is used alone. */
  public Slot(String name, List<Part> parts, boolean decayed) {
    this(name, name, parts, decayed);
  }

  /** A leaf that is one tensor of the hub's. */
  public static Slot of(String name, boolean decayed, long... shape) {
    return new Slot(name, List.of(new Part(name, shape)), decayed);
  }

  long elements() {
    return parts.stream().mapToLong(Part::elements).sum();
  }

  long[] shape() {
    long[] shape = parts.get(0).shape().clone();
    shape[0] = parts.stream().mapToLong(part -> part.shape()[0]).sum();
    return shape;
  }

  /**
   * A tensor as the hub names it.
   *
   * @param name the hub's
   * @param shape its sizes
   */
  public record Part(String name, long[] shape) {
    long elements() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
  }
}
