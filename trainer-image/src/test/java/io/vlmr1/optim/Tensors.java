package io.vlmr1.optim;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Java arrays to tensors and back, for tests. */
public final class Tensors {
  private Tensors() {}

  /** A float32 tensor [n] with a memory of its own. */
  public static Tensor of(float... values) {
    Tensor tensor = torch.zeros(values.length);
    tensor.data_ptr_float().put(values);
    return tensor;
  }

  /** Every element as float32. */
  public static float[] floats(Tensor tensor) {
    float[] values = new float[(int) tensor.numel()];
    tensor.detach().to(torch.ScalarType.Float).contiguous().data_ptr_float().get(values);
    return values;
  }
}
