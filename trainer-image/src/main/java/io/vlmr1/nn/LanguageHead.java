package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * From hidden states to log-probabilities of given tokens: final norm, projection to the vocabulary
 * and softmax, in chunks of rows, so that there is never a matrix [all rows, vocabulary]. Backward
 * computes each chunk's logits again, unless everything was to be kept and the probabilities are
 * few. N rows, D hidden, V vocabulary.
 */
public final class LanguageHead implements AutoCloseable {
  /** Logits of a chunk: 32 MiB of float32. */
  private static final long CHUNK_ELEMENTS = 1L << 23;

  /** Probabilities that are kept at most: 256 MiB. */
  private static final long LARGEST_KEPT = 1L << 26;

  private final Weights weights;
  private final double temperature;
  private final BlockStack.Memory memory;
  private final long chunk;
  private final Retained kept = new Retained();
  private final List<Tensor> probabilities = new ArrayList<>();
  private @Nullable Tensor input;
  private @Nullable Tensor targets;

  /**
   * What it is made of.
   *
   * @param norm over D
   * @param projection D to V; its weight is the embedding's where the two are tied
   * @param unit the weights of both
   */
  public record Weights(Norm norm, Linear projection, Unit unit) {

    /** The same with the projection laid out for few rows, as it is now, without backward. */
    public Weights packed(int rows, Retained owner) {
      return new Weights(norm, projection.packed(rows, owner), unit);
    }

    /** Logits of hidden states [n, D]: [n, V] float32, temperature not applied. */
    public Tensor logits(Tensor hidden) {
      try (Unit.Use use = unit.read()) {
        return ofNormed(norm.infer(hidden), 0);
      }
    }

    private Tensor ofNormed(Tensor normed, long row) {
      return Tensors.float32(projection.forward(normed, row));
    }

    /** Bytes a row that are kept in any case: hidden state, target, and what was answered. */
    public long keptBytes() {
      return projection.inputs() * projection.dtype().bytes() + Dtype.INT64.bytes() + 8;
    }

    /**
     * Bytes of the probabilities of so many rows; 0 where they are too many ever to be kept.
     *
     * @param rows N
     */
    public long probabilityBytes(long rows) {
      long elements = rows * projection.outputs();
      return elements <= LARGEST_KEPT ? elements * Dtype.FLOAT32.bytes() : 0;
    }
  }

  /**
   * What forward answers; it lives as long as the head.
   *
   * @param logProbabilities [N] float32
   * @param entropies [N] float32, nats
   */
  public record Scores(Tensor logProbabilities, Tensor entropies) {}

  /** Logits are divided by the temperature before the softmax. */
  public LanguageHead(Weights weights, double temperature, BlockStack.Memory memory) {
    this(weights, temperature, memory, CHUNK_ELEMENTS);
  }

  /** With another number of logits in a chunk, which changes memory and no result. */
  LanguageHead(Weights weights, double temperature, BlockStack.Memory memory, long chunkElements) {
    this.chunk = Math.max(1, chunkElements / weights.projection().outputs());
    this.weights = weights;
    this.temperature = temperature;
    this.memory = memory;
  }

  /**
   * Scores tokens. Call it once.
   *
   * @param hidden states that predict the targets, [N, D]
   * @param tokens [N] int64
   */
  public Scores forward(Tensor hidden, Tensor tokens) {
    long rows = hidden.size(0);
    if (memory != BlockStack.Memory.NONE) {
      input = kept.keep(hidden);
      targets = kept.keep(tokens);
    }
    boolean keep = memory == BlockStack.Memory.ALL && weights.probabilityBytes(rows) > 0;
    Tensor logProbabilities = kept.keep(Tensors.empty(Dtype.FLOAT32, rows));
    Tensor entropies = kept.keep(Tensors.empty(Dtype.FLOAT32, rows));
    try (Unit.Use use = weights.unit().read()) {
      for (long start = 0; start < rows; start += chunk) {
        try (Scope scope = Scope.open()) {
          long size = Math.min(chunk, rows - start);
          Tensor part = hidden.narrow(0, start, size);
          Tensor logs = logProbabilities(weights.norm().forward(part), start);
          Tensor chosen = logs.gather(1, tokens.narrow(0, start, size).unsqueeze(1)).squeeze(1);
          logProbabilities.narrow(0, start, size).copy_(chosen);
          Tensor shares = logs.exp();
          if (keep) {
            probabilities.add(kept.keep(shares));
          }
          entropies.narrow(0, start, size).copy_(logs.mul_(shares).sum(1).neg_());
        }
      }
    }
    return new Scores(logProbabilities, entropies);
  }

  private Tensor logProbabilities(Tensor normed, long row) {
    Tensor logits = weights.ofNormed(normed, row);
    return torch.log_softmax(
        temperature == 1 ? logits : logits.mul_(new Scalar(1 / temperature)), 1);
  }

  /**
   * Adds the gradients of norm and projection; gives that of the hidden states, [N, D].
   *
   * @param gradient d loss / d logProbabilities, [N] float32
   */
  public Tensor backward(Tensor gradient) {
    Tensor hidden = input;
    Tensor tokens = targets;
    if (hidden == null || tokens == null) {
      throw new IllegalStateException("this pass was not asked to keep what backward needs");
    }
    try (Unit.Use use = weights.unit().learn()) {
      return backward(hidden, tokens, gradient);
    }
  }

  private Tensor backward(Tensor hidden, Tensor tokens, Tensor gradient) {
    Tensor inner = torch.zeros_like(hidden);
    int next = 0;
    for (long start = 0; start < hidden.size(0); start += chunk) {
      try (Scope scope = Scope.open()) {
        long size = Math.min(chunk, hidden.size(0) - start);
        Tensor part = hidden.narrow(0, start, size);
        Norm.Normalised normalised = weights.norm().normalise(part);
        Tensor normed = weights.norm().weighted(normalised);
        Tensor shares =
            probabilities.isEmpty()
                ? logProbabilities(normed, start).exp()
                : probabilities.get(next++);
        Tensor outer =
            byLogits(
                shares,
                tokens.narrow(0, start, size).unsqueeze(1),
                gradient.narrow(0, start, size).unsqueeze(1));
        Tensor typed = outer.to(weights.projection().dtype().scalarType());
        Tensor byNormed = weights.projection().backward(normed, typed, start);
        weights.norm().backward(normalised, byNormed, inner.narrow(0, start, size));
      }
    }
    return inner;
  }

  /** d log p[token] / d logits = (onehot(token) - p) / temperature; overwrites p. */
  private Tensor byLogits(Tensor shares, Tensor tokens, Tensor gradient) {
    Tensor factor = gradient.div(new Scalar(temperature));
    return shares.mul_(factor.neg()).scatter_add_(1, tokens, factor);
  }

  /** Bytes that are kept now. */
  public long keptBytes() {
    return kept.bytes();
  }

  @Override
  public void close() {
    kept.close();
  }
}
