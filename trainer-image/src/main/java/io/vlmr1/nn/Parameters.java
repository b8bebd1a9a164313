package io.vlmr1.nn;

import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a model by hub name.
 *
 * <p>Trainable weights are views of a {@link Storage}, so that one fused optimizer call and one
 * reduction a bucket serve them all. Frozen weights lie elsewhere.
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
   * The flat buffer of trainable weights, [elements], in the order of the storage's layout. Of a
   * model in which nothing trains: all its weights.
   */
  Tensor flatWeights();

  /** The flat buffer of gradients, [elements], in the order of {@link #flatWeights()}. */
  default Tensor flatGradients() {
    return storage().flatGradients();
  }

  /** What all weights take, in bytes. */
  default long bytes() {
    return all().stream()
        .map(Parameter::value)
        .mapToLong(value -> value.numel() * value.element_size())
        .sum();
  }

  /** Sets every gradient to 0. */
  default void zeroGradients() {
    flatGradients().zero_();
  }

  /**
   * Where the weights that train lie.
   *
   * @throws IllegalStateException when none do
   */
  Storage storage();

  /** Hands out every weight to be set. */
  default void fill(Consumer<Parameter> filler) {
    all().forEach(filler);
  }

  /** Hands out every weight to be read, while it may be. */
  default void read(Consumer<Parameter> reader) {
    all().forEach(reader);
  }

  /** What a weight is used together with: read it while that is in use. */
  default Unit unitOf(Parameter parameter) {
    return Unit.HERE;
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
