package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import org.bytedeco.pytorch.Tensor;

/**
 * Rows attend to all rows of their own segment and to no other: windows or whole pictures of a
 * vision tower.
 */
public final class SegmentAttention implements Attention {
  private final PaddedBatch segments;
  private final FlashAttention.Sight sight;

  /** Segments lie end to end; the caller closes them. */
  public SegmentAttention(PaddedBatch segments) {
    this.segments = segments;
    this.sight = new FlashAttention.Sight(false, segments.keyMask());
  }

  @Override
  public Applied apply(Projected inputs) {
    FlashAttention.Gradients padded =
        new FlashAttention.Gradients(
            segments.pad(inputs.query()), segments.pad(inputs.key()), segments.pad(inputs.value()));
    FlashAttention.Result result =
        FlashAttention.forward(padded.query(), padded.key(), padded.value(), sight);
    return new Segmented(segments.unpad(result.out()), padded, result);
  }

  private final class Segmented implements Applied {
    private final Tensor out;
    private final FlashAttention.Gradients inputs;
    private final FlashAttention.Result result;

    Segmented(Tensor out, FlashAttention.Gradients inputs, FlashAttention.Result result) {
      this.out = out;
      this.inputs = inputs;
      this.result = result;
    }

    @Override
    public Tensor out() {
      return out;
    }

    @Override
    public Projected backward(Tensor gradient) {
      FlashAttention.Gradients gradients =
          FlashAttention.backward(segments.pad(gradient), inputs, result, sight);
      return new Projected(
          segments.unpad(gradients.query()),
          segments.unpad(gradients.key()),
          segments.unpad(gradients.value()));
    }

    @Override
    public void retain(Retained owner) {
      owner.keep(inputs.query());
      owner.keep(inputs.key());
      owner.keep(inputs.value());
      owner.keep(result.out());
      owner.keep(result.logSumExp());
    }
  }
}
