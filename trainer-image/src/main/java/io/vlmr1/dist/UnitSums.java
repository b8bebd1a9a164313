package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Sums the gradients of a pass over the ranks, unit by unit, while backward goes on with earlier
 * ones. Units go in one order on every rank, the last of a forward pass first; what a rank's pass
 * did not come by (no picture in it, say) goes when the pass has ended.
 */
final class UnitSums {
  /** Elements that are on their way at a time: 32 MiB of float32, enough to fill a link. */
  private static final long BUCKET = 8L << 20;

  /** Sums that run while the next is begun. */
  private static final int RUNNING = 2;

  private final Cut cut;
  private final GradientPlace place;
  private final Deque<Pending> running = new ArrayDeque<>();
  private final BitSet complete = new BitSet();
  private int next;
  private long peak;

  UnitSums(Cut cut, GradientPlace place) {
    this.cut = cut;
    this.place = place;
    peak = place.bytes();
  }

  /** A pass begins whose gradients are to be summed. */
  void begin() {
    complete.clear();
    next = cut.units() - 1;
  }

  /**
   * A unit's gradients are whole.
   *
   * @throws IllegalStateException when they were before
   */
  void complete(int unit) {
    if (complete.get(unit)) {
      throw new IllegalStateException(
          "the gradients of " + cut.extent(unit).unit() + " were whole before");
    }
    complete.set(unit);
    while (next >= 0 && complete.get(next)) {
      launch(next--);
    }
  }

  /** The pass has ended: sums the rest and waits for all. */
  void flush() {
    while (next >= 0) {
      launch(next--);
    }
    while (!running.isEmpty()) {
      running.remove().await();
    }
    place.settle();
  }

  private void launch(int unit) {
    place.open(unit);
    long longest = cut.longest(unit);
    long length = Math.max(1, BUCKET / cut.size());
    for (long from = 0; from < longest; from += length) {
      if (running.size() == RUNNING) {
        running.remove().await();
      }
      Range part = new Range(from, Math.min(longest, from + length));
      running.add(place.sum(unit, part, part.to() == longest));
      look();
    }
  }

  /** Looks how much memory is in use. */
  void look() {
    long coming = running.stream().mapToLong(Pending::bytes).sum();
    peak = Math.max(peak, place.bytes() + place.more() + coming);
  }

  /** Most memory that gradients took so far. */
  long peak() {
    return peak;
  }
}
