package io.vlmr1.nn;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The weights of a model by hub name.
 *
 * <p>Trainable weights are views of one flat buffer a dtype, their gradients views of another, so
 * that one fused optimizer call and one all-reduce a bucket serve them all.
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

  /** All weights, trainable or not, in a fixed order. */
  List<Parameter> all();

  /** The flat buffer of trainable weights, [elements]; decayed ones first. */
  Tensor flatWeights();

  /** The flat buffer of gradients, [elements], in the order of {@link #flatWeights()}. */
  Tensor flatGradients();

  /** How many elements of the flat buffers belong to decayed parameters: these come first. */
  long decayedElements();

  /** Sets every gradient to 0. */
  void zeroGradients();
}
