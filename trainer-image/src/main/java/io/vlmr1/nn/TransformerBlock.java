package io.vlmr1.nn;

import io.vlmr1.nn.Attention.Projected;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer block with RMSNorm and SwiGLU, in two halves with attention between them,
 * so that attention may run over a cache, over windows or over a shared prompt. T rows, D hidden.
 *
 * @param shape heads and widths
 * @param norm1 [D], before attention
 * @param queryKeyValue weight [(heads + 2 key heads) * width, D] and bias
 * @param output weight [D, heads * width] and bias
 * @param norm2 [D], before the feed-forward part
 * @param gateUp weight [2 F, D] and bias
 * @param down weight [D, F] and bias
 */
public record TransformerBlock(
    Shape shape,
    Tensor norm1,
    Linear queryKeyValue,
    Linear output,
    Tensor norm2,
    Linear gateUp,
    Linear down) {

  /**
   * Sizes of a block.
   *
   * @param heads of the queries
   * @param keyHeads of keys and values; divides heads
   * @param width of a head
   * @param epsilon of the norms
   */
  public record Shape(int heads, int keyHeads, int width, double epsilon) {}

  /**
   * A linear layer.
   *
   * @param weight [out, in]
   * @param bias [out] or none
   */
  public record Linear(Tensor weight, @Nullable Tensor bias) {
    /** x [.., in] to [.., out]. */
    public Tensor forward(Tensor x) {
      return Tensors.linear(x, weight, bias);
    }
  }

  /** x [T, D] to rotated queries and keys, and values, in float32. */
  public Projected before(Tensor x, Rotary.Angles angles) {
    long rows = x.size(0);
    int turned = shape.heads() + shape.keyHeads();
    Tensor all =
        queryKeyValue
            .forward(Tensors.rmsNorm(x, norm1, shape.epsilon()))
            .view(rows, turned + shape.keyHeads(), shape.width());
    TensorVector parts = torch.split_with_sizes(all, new long[] {turned, shape.keyHeads()}, 1);
    Tensor queryKey = Rotary.turn(Tensors.float32(new Tensor(parts.get(0))), angles);
    Tensor value = Tensors.float32(new Tensor(parts.get(1)));
    TensorVector turnedParts =
        torch.split_with_sizes(queryKey, new long[] {shape.heads(), shape.keyHeads()}, 1);
    return new Projected(new Tensor(turnedParts.get(0)), new Tensor(turnedParts.get(1)), value);
  }

  /**
   * The block's input x [T, D] and what attention gave, [T, heads, width] float32, to its output
   * [T, D].
   */
  public Tensor after(Tensor x, Tensor attended) {
    Tensor flat = attended.reshape(x.size(0), (long) shape.heads() * shape.width());
    Tensor h = x.add(output.forward(flat.to(x.scalar_type())));
    Tensor both = gateUp.forward(Tensors.rmsNorm(h, norm2, shape.epsilon()));
    TensorVector halves = torch.chunk(both, 2, -1);
    Tensor gated = torch.silu(new Tensor(halves.get(0))).mul(new Tensor(halves.get(1)));
    return h.add(down.forward(gated));
  }
}
