package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * down(silu(gate(x)) · up(x)) (Shazeer 2020); gate and up are one product.
 *
 * @param gateUp [T, D] to [T, 2 F], gate first
 * @param down [T, F] to [T, D]
 */
public record SwiGlu(Linear gateUp, Linear down) implements Mlp {

  /** From the slots `name.gate_up` and `name.down_proj`. */
  public static SwiGlu of(FlatParameters parameters, String name) {
    return new SwiGlu(
        Linear.of(parameters, name + ".gate_up"), Linear.of(parameters, name + ".down_proj"));
  }

  @Override
  public SwiGlu packed(int rows, Retained owner) {
    return new SwiGlu(gateUp.packed(rows, owner), down.packed(rows, owner));
  }

  @Override
  public long product() {
    return gateUp.outputs();
  }

  @Override
  public long inner() {
    return gateUp.outputs() / 2;
  }

  /** Gate and up of x: [T, 2 F]. */
  @Override
  public Tensor project(Tensor x) {
    return gateUp.forward(x);
  }

  @Override
  public Tensor finish(Tensor projected) {
    return down.forward(activation(projected));
  }

  @Override
  public Tensor finish(Tensor projected, Tensor residual) {
    return down.forward(activation(projected), residual);
  }

  private static Tensor activation(Tensor projected) {
    return torch.silu(gate(projected)).mul_(up(projected));
  }

  @Override
  public Tensor backward(Tensor x, Tensor projected, Tensor gradient) {
    Tensor silu = torch.silu(gate(projected));
    Tensor inner = down.backward(silu.mul(up(projected)), gradient);
    Tensor outer = torch.empty_like(projected);
    torch.mul_out(up(outer), inner, silu);
    torch.silu_backward_outf(inner.mul_(up(projected)), gate(projected), gate(outer));
    return gateUp.backward(x, outer);
  }

  private static Tensor gate(Tensor projected) {
    return projected.narrow(1, 0, projected.size(1) / 2);
  }

  private static Tensor up(Tensor projected) {
    long width = projected.size(1) / 2;
    return projected.narrow(1, width, width);
  }
}
