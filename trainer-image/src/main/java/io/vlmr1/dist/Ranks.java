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

  /**
   * Begins to sum pieces: piece r of all ranks, in the order of the ranks, on rank r, in place.
   *
   * @param pieces one a rank, as long on every rank; to be left alone until this has ended
   */
  Pending sumPieces(List<Tensor> pieces);

  /**
   * Begins to bring piece r, as it is on rank r, to all, in place.
   *
   * @param pieces one a rank, as long on every rank; to be left alone until this has ended
   */
  Pending sharePieces(List<Tensor> pieces);

  /** The address under which the others reach this process. */
  String address();

  /** The bytes of every rank, in rank order, on every rank; lengths may differ. */
  List<byte[]> gather(byte[] mine);

  /** Waits for all. */
  void barrier();

  @Override
  void close();
}
