package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer block, forward and backward: m = x + attention(norm1(x)), then m +
 * mlp(norm2(m)), each sum through a joint where there is one. T rows, D hidden.
 *
 * @param norm1 before attention
 * @param attention the products around attention
 * @param joint1 between attention and the residual; null for a plain sum
 * @param norm2 before the feed-forward part
 * @param mlp the feed-forward part
 * @param joint2 between it and the residual; null for a plain sum
 */
public record TransformerBlock(
    Norm norm1,
    HeadProjections attention,
    @Nullable Joint joint1,
    Norm norm2,
    Mlp mlp,
    @Nullable Joint joint2) {

  /** With plain sums. */
  public TransformerBlock(Norm norm1, HeadProjections attention, Norm norm2, Mlp mlp) {
    this(norm1, attention, null, norm2, mlp, null);
  }

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
    private @Nullable Tensor projected;
    private @Nullable Tensor hidden;
    private @Nullable Tensor output1;
    private @Nullable Tensor output2;

    Saved(boolean everything) {
      this.everything = everything;
    }

    private void input(Tensor x) {
      input = kept.keep(x);
    }

    private void attended(Heads cut, Attention.Attended answer) {
      attended = answer;
      kept.keep(answer.output());
      answer.logSums().forEach(kept::keep);
      if (everything) {
        heads = cut.each(kept::keep);
      }
    }

    private void middle(Tensor m) {
      middle = kept.keep(m);
    }

    private @Nullable Tensor ifEverything(Tensor tensor) {
      return everything ? kept.keep(tensor) : null;
    }

    /** What it holds. */
    long bytes() {
      return kept.bytes();
    }

    @Override
    public void close() {
      kept.close();
    }
  }

  /** All its weights: they are listed as one unit. */
  Unit unit() {
    return attention.queryKeyValue().unit();
  }

  /** What the block takes of memory; `turned` says whether places turn its queries and keys. */
  BlockBytes bytes(boolean turned) {
    int joints = (joint1 == null ? 0 : 1) + (joint2 == null ? 0 : 1);
    Linear output = attention.output();
    return new BlockBytes(
        output.outputs(),
        attention.shape(),
        mlp.product(),
        mlp.inner(),
        output.dtype(),
        new BlockBytes.Parts(turned, attention.norm() != null, joints, output.adapted()));
  }

  /** The same block with weights laid out for few rows, as they are now, without backward. */
  public TransformerBlock packed(int rows, Retained owner) {
    return new TransformerBlock(
        norm1, attention.packed(rows, owner), joint1, norm2, mlp.packed(rows, owner), joint2);
  }

  /**
   * The forward pass. Where only some rows are read, nothing else is computed behind attention.
   *
   * @param x [T, D]
   * @param saved is filled for the backward pass; null when there will be none
   * @param read [n] which rows, some perhaps more than once; null: all
   * @return [n, D]
   */
  Tensor forward(
      Tensor x, Rotary rotary, Attention rows, @Nullable Saved saved, @Nullable Tensor read) {
    return Scope.keep(
        () -> {
          Tensor projected = attention.project(normed(norm1, x, saved));
          Heads heads = attention.heads(projected, rotary);
          Attention.Attended attended = rows.attend(heads);
          if (saved != null) {
            saved.input(x);
            saved.attended(heads, attended);
            if (attention.norm() != null) {
              saved.projected = saved.ifEverything(projected);
            }
          }
          Tensor middle = middle(joined(attended, x, read), picked(x, read), saved);
          Tensor hidden = mlp.project(normed(norm2, middle, saved));
          if (saved != null) {
            saved.middle(middle);
            saved.hidden = saved.ifEverything(hidden);
          }
          return end(hidden, middle, saved);
        });
  }

  private static Tensor picked(Tensor rows, @Nullable Tensor read) {
    return read == null ? rows : rows.index_select(0, read);
  }

  /** The gradient of what {@link #picked} gives as that of all rows. */
  private static Tensor spread(Tensor gradient, @Nullable Tensor read, long rows) {
    return read == null
        ? gradient
        : torch
            .zeros(new long[] {rows, gradient.size(1)}, gradient.options())
            .index_add_(0, read, gradient);
  }

  private Tensor middle(Tensor joined, Tensor x, @Nullable Saved saved) {
    if (joint1 == null) {
      return attention.output().forward(joined, x);
    }
    Tensor output = attention.output().forward(joined);
    if (saved != null) {
      saved.output1 = saved.ifEverything(output);
    }
    return joint1.add(output, x);
  }

  private Tensor end(Tensor hidden, Tensor middle, @Nullable Saved saved) {
    if (joint2 == null) {
      return mlp.finish(hidden, middle);
    }
    Tensor output = mlp.finish(hidden);
    if (saved != null) {
      saved.output2 = saved.ifEverything(output);
    }
    return joint2.add(output, middle);
  }

  private static Tensor normed(Norm norm, Tensor x, @Nullable Saved saved) {
    return saved == null ? norm.infer(x) : norm.forward(x);
  }

  /** The rows that are read, [n, heads * width] in the type of the residual. */
  private static Tensor joined(Attention.Attended attended, Tensor x, @Nullable Tensor read) {
    return picked(attended.output(), read).flatten(1, 2).to(Dtype.of(x).scalarType());
  }

  /**
   * The backward pass: adds to the gradients of the weights.
   *
   * @param gradient of the output, [n, D]; is overwritten
   * @param saved of the forward pass; stays the caller's
   * @param read as in the forward pass
   * @return the gradient of x, [T, D]; the same tensor where all rows were read
   */
  Tensor backward(
      Tensor gradient, Rotary rotary, Attention rows, Saved saved, @Nullable Tensor read) {
    Tensor input = saved.input;
    Tensor middle = saved.middle;
    Attention.Attended attended = saved.attended;
    if (input == null || middle == null || attended == null) {
      throw new IllegalStateException("backward before forward");
    }
    try (Scope scope = Scope.open()) {
      mlpBackward(middle, gradient, saved);
    }
    Tensor byInput = spread(gradient, read, input.size(0)); // the residual's part of it
    try (Scope scope = Scope.open()) {
      Tensor joined = joined(attended, input, read);
      Tensor byOutput = gradient;
      if (joint1 != null) {
        Tensor output = saved.output1 == null ? attention.output().forward(joined) : saved.output1;
        byOutput = joint1.backward(output, gradient);
      }
      Tensor outer = spread(attention.output().backward(joined, byOutput), read, input.size(0));
      Norm.Normalised normalised = norm1.normalise(input);
      Tensor normed = norm1.weighted(normalised);
      Tensor projected = saved.projected;
      Heads heads = saved.heads;
      if (heads == null) {
        projected = attention.project(normed);
        heads = attention.heads(projected, rotary);
      }
      Heads.Shape shape = attention.shape();
      Heads.Gradients inner = shape.gradients(input.size(0));
      Tensor byHead = Tensors.float32(outer).unflatten(1, shape.heads(), shape.width());
      rows.backward(heads, attended, byHead, inner.heads());
      Tensor byProjected = shape.join(inner, rotary, Dtype.of(input));
      norm1.backward(normalised, attention.backward(normed, projected, byProjected), byInput);
    }
    return byInput;
  }

  private void mlpBackward(Tensor middle, Tensor gradient, Saved saved) {
    Norm.Normalised normalised = norm2.normalise(middle);
    Tensor normed = norm2.weighted(normalised);
    Tensor hidden = saved.hidden == null ? mlp.project(normed) : saved.hidden;
    Tensor byOutput = gradient;
    if (joint2 != null) {
      Tensor output = saved.output2 == null ? mlp.finish(hidden) : saved.output2;
      byOutput = joint2.backward(output, gradient);
    }
    norm2.backward(normalised, mlp.backward(normed, hidden, byOutput), gradient);
  }
}
