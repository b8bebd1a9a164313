package io.vlmr1.dist;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The processes that train together. One rank a device; every rank makes the same calls in the same
 * order.
 */
public interface Ranks extends AutoCloseable {
  /** This process: 0 to size - 1. */
  int rank();

  /** How many there are. */
  int size();

  /**
   * Replaces the tensor, in place and on every rank, by the sum over the ranks. Same shape
   * everywhere.
   */
  void sum(Tensor tensor);

  /** Replaces the tensor on every rank by that of the root. */
  void broadcast(Tensor tensor, int root);

  /** The bytes of every rank, in rank order, on every rank; lengths may differ. */
  List<byte[]> gather(byte[] mine);

  /** Waits for all. */
  void barrier();

  @Override
  void close();
}
