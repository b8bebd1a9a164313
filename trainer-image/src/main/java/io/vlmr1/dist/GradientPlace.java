package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import org.bytedeco.pytorch.Tensor;

/** Where the gradients of units lie on one rank, and how they are summed over the ranks. */
interface GradientPlace extends AutoCloseable {

  /** [elements of the unit]; to be written to while it is open. */
  Tensor of(int unit);

  /** All in one buffer. */
  default Tensor flat() {
    throw new IllegalStateException("the gradients are spread over the ranks");
  }

  /** This rank's part among all elements' gradients, as the optimizer reads it. */
  Tensor owned(int unit, int owner);

  /** Sets all to 0. */
  void zero();

  /** A pass writes into a unit from now on. */
  void open(int unit);

  /**
   * Begins to sum a part of each rank's piece of a unit, which no pass writes into any more.
   *
   * @param last whether no other part of it follows
   */
  Pending sum(int unit, Range part, boolean last);

  /** Waits for what sums have set off. */
  void settle();

  /** Memory at rest. */
  long bytes();

  /** Memory that is held besides, now. */
  long more();

  @Override
  void close();
}
