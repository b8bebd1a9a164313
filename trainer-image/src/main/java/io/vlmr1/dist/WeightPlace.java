package io.vlmr1.dist;

import io.vlmr1.nn.Unit;
import org.bytedeco.pytorch.Tensor;

/** Where the weights of units lie on one rank, and how ranks see what others have moved. */
interface WeightPlace extends AutoCloseable {

  /** [elements of the unit]; to be read while it is in use. */
  Tensor of(int unit);

  /** All in one buffer. */
  default Tensor flat() {
    throw new IllegalStateException("the weights are spread over the ranks");
  }

  /** An owner's piece of a unit, which the optimizer moves. */
  Tensor owned(int unit, int owner);

  /** The weights of a unit are there until the answer is closed. */
  Unit.Use read(int unit);

  /** As it is for {@link Unit#expect}. */
  void expect(int unit);

  /** Whether all are always there. */
  boolean stay();

  /** What is written into a unit until the answer is closed is kept. */
  Unit.Use fill(int unit);

  /** Owners have moved their pieces. */
  void moved();

  /** Memory at rest. */
  long bytes();

  /** Most memory at once so far. */
  long peak();

  @Override
  void close();
}
