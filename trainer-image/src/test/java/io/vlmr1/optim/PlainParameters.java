package io.vlmr1.optim;

import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Storage;
import io.vlmr1.nn.WholeStorage;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Two weights in flat buffers, the first one decayed: enough for an optimizer. */
public final class PlainParameters implements Parameters {
  private final Tensor weights;
  private final Storage storage;
  private final long decayed;

  /** Weights of this type, the given values; the first so many are decayed. */
  public PlainParameters(float[] values, long decayed, torch.ScalarType type) {
    weights = Tensors.of(values).to(type);
    storage = new WholeStorage(weights, torch.zeros_like(weights), decayed);
    this.decayed = decayed;
  }

  @Override
  public List<Parameter> all() {
    long rest = weights.numel() - decayed;
    return List.of(
        new Parameter("matrix", weights.narrow(0, 0, decayed), true, true),
        new Parameter("bias", weights.narrow(0, decayed, rest), true, false));
  }

  @Override
  public Tensor flatWeights() {
    return weights;
  }

  @Override
  public Storage storage() {
    return storage;
  }
}
