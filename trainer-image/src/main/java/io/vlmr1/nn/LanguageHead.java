package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * From hidden states to log-probabilities of given tokens: final norm, projection to the vocabulary
 * and softmax, in chunks of rows, so that there is never a matrix [all rows, vocabulary]. Backward
 * computes each chunk's logits again.
 */
public final class LanguageHead implements AutoCloseable {
  private static final long CHUNK_BYTES = 64L << 20;

  private final Weights weights;
  private final double temperature;
  private final Retained kept = new Retained();
  private @Nullable Tensor input;
  private @Nullable Tensor normed;
  private @Nullable Tensor targets;

  /**
   * What the head computes with.
   *
   * @param norm [D]
   * @param projection [V, D]
   * @param projectionGradient [V, D], added to by backward; null without training
   */
  public record Weights(
      Tensor norm, double epsilon, Tensor projection, @Nullable Tensor projectionGradient) {}

  /**
   * What it says of each target.
   *
   * @param logProbabilities [N] float32
   * @param entropies [N] float32, nats
   */
  public record Scores(Tensor logProbabilities, Tensor entropies) {}

  /** Logits are divided by the temperature before the softmax. */
  public LanguageHead(Weights weights, double temperature) {
    this.weights = weights;
    this.temperature = temperature;
  }

  /** Logits of rows [n, D]: [n, V] float32, temperature not applied. */
  public static Tensor logits(Weights weights, Tensor hidden) {
    Tensor normed = Tensors.rmsNorm(hidden, weights.norm(), weights.epsilon());
    return Tensors.float32(torch.linear(normed, weights.projection()));
  }

  /**
   * Scores the targets.
   *
   * @param hidden states that predict the targets, [N, D]
   * @param tokens [N] int64
   * @param keep whether backward follows
   */
  public Scores forward(Tensor hidden, Tensor tokens, boolean keep) {
    Tensor rows = hidden;
    if (keep) {
      input = kept.keep(hidden.detach().set_requires_grad(true));
      normed = kept.keep(Tensors.rmsNorm(input, weights.norm(), weights.epsilon()));
      targets = kept.keep(tokens.detach());
      rows = normed.detach();
    } else {
      rows = Tensors.rmsNorm(hidden, weights.norm(), weights.epsilon());
    }
    List<Tensor> logProbabilities = new ArrayList<>();
    List<Tensor> entropies = new ArrayList<>();
    try (NoGradGuard guard = new NoGradGuard()) {
      for (long start = 0; start < rows.size(0); start += chunk()) {
        long size = Math.min(chunk(), rows.size(0) - start);
        Tensor part = rows.narrow(0, start, size);
        Tensor wanted = tokens.narrow(0, start, size);
        List<Tensor> scores = Scope.keepAll(() -> score(part, wanted));
        logProbabilities.add(scores.get(0));
        entropies.add(scores.get(1));
      }
    }
    if (logProbabilities.isEmpty()) {
      Tensor none = rows.new_zeros(0);
      return new Scores(Tensors.float32(none), Tensors.float32(none));
    }
    return new Scores(Tensors.cat(0, logProbabilities), Tensors.cat(0, entropies));
  }

  private List<Tensor> score(Tensor rows, Tensor tokens) {
    Tensor log = torch.log_softmax(scaledLogits(rows), -1);
    Tensor chosen = log.gather(1, tokens.unsqueeze(1)).squeeze(1);
    Tensor entropy = log.exp().mul_(log).sum(new long[] {1}, false, null).neg_();
    return List.of(chosen, entropy);
  }

  private Tensor scaledLogits(Tensor rows) {
    Tensor logits = Tensors.float32(torch.linear(rows, weights.projection()));
    return temperature == 1.0 ? logits : logits.div_(new Scalar(temperature));
  }

  /** Adds the gradients of norm and projection; gives that of the hidden states, [N, D]. */
  public Tensor backward(Tensor gradient) {
    Tensor leaf = input;
    Tensor rows = normed;
    Tensor tokens = targets;
    if (leaf == null || rows == null || tokens == null) {
      throw new IllegalStateException("this pass was not asked to keep what backward needs");
    }
    return Scope.keep(
        () -> {
          if (rows.size(0) > 0) {
            Tensor byRow = rowGradients(rows.detach(), tokens, gradient);
            rows.backward(byRow, new BoolOptional(), false, new TensorArrayRefOptional());
          }
          Tensor result = new Tensor(leaf.grad());
          return result.defined() ? result : torch.zeros_like(leaf);
        });
  }

  private Tensor rowGradients(Tensor rows, Tensor tokens, Tensor gradient) {
    List<Tensor> parts = new ArrayList<>();
    try (NoGradGuard guard = new NoGradGuard()) {
      for (long start = 0; start < rows.size(0); start += chunk()) {
        long from = start;
        long size = Math.min(chunk(), rows.size(0) - start);
        parts.add(
            Scope.keep(
                () ->
                    chunkGradient(
                        rows.narrow(0, from, size),
                        tokens.narrow(0, from, size).unsqueeze(1),
                        gradient.narrow(0, from, size).unsqueeze(1))));
      }
      return Tensors.cat(0, parts);
    }
  }

  // d log p[token] / d logits = onehot(token) - softmax, divided by the temperature
  private Tensor chunkGradient(Tensor rows, Tensor tokens, Tensor gradient) {
    Tensor scaled = gradient.div(new Scalar(temperature));
    Tensor byLogits = torch.softmax(scaledLogits(rows), -1).mul_(scaled.neg());
    byLogits.scatter_add_(1, tokens, scaled);
    Tensor typed = byLogits.to(weights.projection().scalar_type());
    Tensor sink = weights.projectionGradient();
    if (sink != null) {
      sink.addmm_(typed.t(), rows);
    }
    return torch.mm(typed, weights.projection().detach());
  }

  private long chunk() {
    return Math.max(1, CHUNK_BYTES / (4 * weights.projection().size(0)));
  }

  @Override
  public void close() {
    kept.close();
  }
}
