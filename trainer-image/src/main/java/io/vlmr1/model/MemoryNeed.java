package io.vlmr1.model;

import io.vlmr1.tensor.Dtype;

/**
 * What a model needs of a device's memory, estimated from its shapes: weights, what the optimizer
 * holds, keys and values, and what backward keeps when it computes layers again.
 *
 * @param inference bytes to decode a group
 * @param lora bytes of a training step with low-rank pairs on the language model's linear layers
 * @param full bytes of a training step of all weights
 */
public record MemoryNeed(long inference, long lora, long full) {
  /** Rank of the pairs: VLM-R1's default. */
  public static final int RANK = 64;

  /** Tokens of the prompt that is counted with. */
  public static final int PROMPT = 1024;

  /** Patches of its pictures. */
  public static final int PATCHES = 4096;

  /** Completions of the group. */
  public static final int COMPLETIONS = 8;

  /** Tokens of each. */
  public static final int COMPLETION = 256;

  private static final int FLOAT = 4;

  /** Logits, their softmax and its gradient, a chunk of rows at a time. */
  private static final long HEAD = 3L << 25;

  /** Of a model with weights of a type. */
  public static MemoryNeed of(Blueprint model, Dtype dtype) {
    long all = model.parameters(name -> true);
    long pairs = model.pairs(RANK);
    long weights = all * dtype.bytes();
    return new MemoryNeed(
        weights + cache(model),
        weights + pairs * dtype.bytes() + training(pairs, dtype) + kept(model, dtype, false),
        weights + training(all, dtype) + kept(model, dtype, true));
  }

  /** Gradients, two moments, and masters where weights are not float32. */
  private static long training(long parameters, Dtype dtype) {
    int master = dtype == Dtype.FLOAT32 ? 0 : FLOAT;
    return parameters * (dtype.bytes() + 2L * FLOAT + master);
  }

  /** Keys and values of the prompt once and of each completion, float32. */
  private static long cache(Blueprint model) {
    long tokens = PROMPT + (long) COMPLETIONS * COMPLETION;
    return tokens * model.language().layers() * 2 * model.language().shape().keys() * FLOAT;
  }

  private static long kept(Blueprint model, Dtype dtype, boolean vision) {
    long tokens = PROMPT + (long) COMPLETIONS * COMPLETION;
    return HEAD
        + inputs(model.language(), tokens, dtype)
        + (vision ? inputs(model.vision(), PATCHES, dtype) : 0);
  }

  /** The inputs of each block's halves, and what attention gave. */
  private static long inputs(Blueprint.Sizes sizes, long rows, Dtype dtype) {
    long row = 2L * sizes.hidden() * dtype.bytes() + sizes.shape().queries() * FLOAT;
    return sizes.layers() * rows * row;
  }
}
