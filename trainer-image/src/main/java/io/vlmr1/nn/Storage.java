package io.vlmr1.nn;

import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * Where weights that train and their gradients lie, and who moves which of them: whole in this
 * process, or spread over several (ZeRO). Layers see tensors that are views of it; how many
 * processes there are stays behind it.
 *
 * <p>The life of a step: {@link #begin}, {@link #backward} once a forward pass, {@link #complete},
 * the optimizer over {@link #pieces} with {@link #total}, {@link #moved}.
 */
public interface Storage extends AutoCloseable {

  /** Takes the memory that a layout asks for. */
  @FunctionalInterface
  interface Maker {
    /** The weights' memory is not set, the gradients' is 0. */
    Storage make(Layout layout);
  }

  /**
   * Elements that this process moves.
   *
   * @param owner number of the process that moves them where they are spread: the norm of all
   *     gradients is a sum over owners in their order
   * @param at first of them in the optimizer's own buffers
   * @param weights [elements]
   * @param gradients [elements]
   * @param decayed whether weight decay applies to them
   */
  record Piece(int owner, long at, Tensor weights, Tensor gradients, boolean decayed) {}

  /**
   * Memory that this process holds, in bytes.
   *
   * @param weights that train, at rest
   * @param gradients at rest
   * @param weightPeak most of both at once so far, with what was brought for use
   * @param gradientPeak most at once so far, with what was on its way
   */
  record Held(long weights, long gradients, long weightPeak, long gradientPeak) {}

  /** How its elements follow each other. */
  Layout layout();

  /** The weights of a unit, [elements]: leaves are views of it, to be read while it is in use. */
  Tensor weights(int unit);

  /** The gradients of a unit, [elements]. */
  Tensor gradients(int unit);

  /** A unit as those who use it see it. */
  Unit unit(int unit);

  /**
   * All weights in one buffer.
   *
   * @throws IllegalStateException when they are spread
   */
  Tensor flatWeights();

  /**
   * All gradients in one buffer.
   *
   * @throws IllegalStateException when they are spread
   */
  Tensor flatGradients();

  /** Writes into a unit's weights: what is set until the answer is closed is kept. */
  Unit.Use fill(int unit);

  /**
   * Begins a step: every gradient is 0.
   *
   * @param passes how often this process will go backward; other processes may differ
   */
  void begin(int passes);

  /** Runs a backward pass, which adds to gradients. */
  void backward(Runnable pass);

  /** The gradients of all passes of all processes are summed where they are needed. */
  void complete();

  /** Whether {@link #complete} sums over all processes; else the caller has to. */
  boolean sums();

  /** What this process moves: each once, in order. */
  List<Piece> pieces();

  /** Elements of the optimizer's own buffers. */
  long elements();

  /** Sums numbers of the owners, one a piece's owner, in the owners' order: the same everywhere. */
  double total(double[] byOwner);

  /** The weights of this process's pieces have moved: every process sees them from now on. */
  void moved();

  /**
   * Lets other processes read a buffer of the optimizer, for {@link #whole}.
   *
   * @param mine [{@link #elements}], owned by the caller
   */
  void offer(String name, Tensor mine);

  /**
   * Gives an optimizer's buffer as if there were one process, in the order of {@link #layout}, a
   * part at a time.
   *
   * @param mine this process's, as it was offered
   */
  void whole(String name, Tensor mine, Consumer<Tensor> parts);

  /** The way back: takes this process's elements out of such a whole one. */
  void take(Tensor whole, Tensor mine);

  /** What is held. */
  Held held();

  @Override
  void close();
}
