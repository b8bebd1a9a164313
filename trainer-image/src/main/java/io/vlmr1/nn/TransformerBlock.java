package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer block, forward and backward: m = x + attention(norm1(x)), then m +
 * mlp(norm2(m)). T rows, D hidden.
 *
 * @param shape heads
 * @param norm1 before attention
 * @param queryKeyValue [T, D] to [T, (heads + 2 key heads) * width]
 * @param output [T, heads * width] to [T, D]
 * @param norm2 before the feed-forward part
 * @param mlp the feed-forward part
 */
public record TransformerBlock(
    Heads.Shape shape,
    RmsNorm norm1,
    Linear queryKeyValue,
    Linear output,
    RmsNorm norm2,
    SwiGlu mlp) {

  /**
   * What a forward pass leaves for the backward pass: the inputs of both halves and what attention
   * gave; and, when it keeps everything, what the large products gave too. What is not kept is
   * computed again by the same calls, so that gradients are bitwise the same.
   */
  static final class Saved implements AutoCloseable {
    private final boolean everything;
    private final Retained kept = new Retained();
    private @Nullable Tensor input;
    private @Nullable Tensor middle;
    private Attention.@Nullable Attended attended;
    private @Nullable Heads heads;
    private @Nullable Tensor gateUp;

    Saved(boolean everything) {
      this.everything = everything;
    }

    private void attention(Tensor x, Heads cut, Attention.Attended answer) {
      input = kept.keep(x);
      attended = answer;
      kept.keep(answer.output());
      answer.logSums().forEach(kept::keep);
      if (everything) {
        heads = cut.each(kept::keep);
      }
    }

    private void mlp(Tensor m, Tensor projected) {
      middle = kept.keep(m);
      if (everything) {
        gateUp = kept.keep(projected);
      }
    }

    @Override
    public void close() {
      kept.close();
    }
  }

  /** The same block with weights laid out for few rows, as they are now, without backward. */
  public TransformerBlock packed(int rows, Retained owner) {
    return new TransformerBlock(
        shape,
        norm1,
        queryKeyValue.packed(rows, owner),
        output.packed(rows, owner),
        norm2,
        mlp.packed(rows, owner));
  }

  /**
   * The forward pass.
   *
   * @param x [T, D]
   * @param saved is filled for the backward pass; null when there will be none
   * @return [T, D]
   */
  public Tensor forward(
      Tensor x, Rotary.Angles angles, Attention attention, @Nullable Saved saved) {
    return Scope.keep(
        () -> {
          Heads heads = shape.cut(queryKeyValue.forward(normed(norm1, x, saved)), angles);
          Attention.Attended attended = attention.attend(heads);
          if (saved != null) {
            saved.attention(x, heads, attended);
          }
          Tensor middle = output.forward(joined(attended, x), x);
          Tensor gateUp = mlp.project(normed(norm2, middle, saved));
          if (saved != null) {
            saved.mlp(middle, gateUp);
          }
          return mlp.finish(gateUp, middle);
        });
  }

  private static Tensor normed(RmsNorm norm, Tensor x, @Nullable Saved saved) {
    return saved == null ? norm.infer(x) : norm.forward(x, norm.scale(x));
  }

  /** [T, heads * width] in the type of the residual. */
  private static Tensor joined(Attention.Attended attended, Tensor x) {
    return attended.output().flatten(1, 2).to(Dtype.of(x).scalarType());
  }

  /**
   * The backward pass: adds to the gradients of the weights.
   *
   * @param gradient of the output, [T, D]; becomes that of x, in place
   * @param saved of the forward pass; stays the caller's
   */
  void backward(Tensor gradient, Rotary.Angles angles, Attention attention, Saved saved) {
    Tensor input = saved.input;
    Tensor middle = saved.middle;
    Attention.Attended attended = saved.attended;
    if (input == null || middle == null || attended == null) {
      throw new IllegalStateException("backward before forward");
    }
    try (Scope scope = Scope.open()) {
      Tensor scale = norm2.scale(middle);
      Tensor normalised = norm2.normalised(middle, scale);
      Tensor normed = norm2.weighted(normalised);
      Tensor gateUp = saved.gateUp == null ? mlp.project(normed) : saved.gateUp;
      norm2.backward(normalised, scale, mlp.backward(normed, gateUp, gradient), gradient);
    }
    try (Scope scope = Scope.open()) {
      Tensor outer = output.backward(joined(attended, input), gradient);
      Tensor scale = norm1.scale(input);
      Tensor normalised = norm1.normalised(input, scale);
      Tensor normed = norm1.weighted(normalised);
      Heads heads =
          saved.heads == null ? shape.cut(queryKeyValue.forward(normed), angles) : saved.heads;
      Heads.Gradients inner = shape.gradients(input.size(0));
      Tensor byHead = Tensors.float32(outer).unflatten(1, shape.heads(), shape.width());
      attention.backward(heads, attended, byHead, inner.heads());
      Tensor projected = shape.join(inner, angles, Dtype.of(input));
      norm1.backward(normalised, scale, queryKeyValue.backward(normed, projected), gradient);
    }
  }
}
