package io.vlmr1.nn;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a model by hub name.
 *
 * <p>Trainable weights are views of one flat buffer, their gradients views of another, so that one
 * fused optimizer call and one all-reduce a bucket serve them all. Frozen weights lie elsewhere.
 */
public interface Parameters {

  /**
   * A weight.
   *
   * @param name as the hub's file names it
   * @param value the weight: a view of the flat buffer when it is trainable
   * @param trainable whether it gets a gradient
   * @param decayed whether weight decay applies to it (the choice of transformers' Trainer)
   */
  record Parameter(String name, Tensor value, boolean trainable, boolean decayed) {}

  /** All weights but the adapter's pairs, trainable or not, in a fixed order. */
  List<Parameter> all();

  /**
   * The flat buffer of trainable weights, [elements]; decayed ones first. Of a model in which
   * nothing trains: all its weights.
   */
  Tensor flatWeights();

  /** The flat buffer of gradients, [elements], in the order of {@link #flatWeights()}. */
  Tensor flatGradients();

  /** How many elements of the flat buffers belong to decayed parameters: these come first. */
  long decayedElements();

  /** What all weights take, in bytes. */
  default long bytes() {
    return all().stream()
        .map(Parameter::value)
        .mapToLong(value -> value.numel() * value.element_size())
        .sum();
  }

  /** Sets every gradient to 0. */
  void zeroGradients();

  /**
   * Parts of the flat buffers that never move, in order: weights that lie there only because they
   * are used as one with weights that train.
   */
  default List<Range> still() {
    return List.of();
  }

  /**
   * Some elements of the flat buffers.
   *
   * @param from the first
   * @param to behind the last
   */
  record Range(long from, long to) {}

  /** The adapter, if there is one. */
  default @Nullable Adapter adapter() {
    return null;
  }

  /**
   * Drops what the adapter says should be dropped in passes until the answer is closed.
   *
   * @param coordinates of the place in the training: what is dropped follows from them alone
   */
  default Dropping dropping(long... coordinates) {
    Adapter adapter = adapter();
    return adapter == null ? () -> {} : adapter.dropping(coordinates);
  }

  /** A time in which inputs are dropped. */
  interface Dropping extends AutoCloseable {
    @Override
    void close();
  }
}
