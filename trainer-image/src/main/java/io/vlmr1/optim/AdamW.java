package io.vlmr1.optim;

import io.vlmr1.nn.Parameters;
import io.vlmr1.tensor.BoxedOperator;
import io.vlmr1.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * AdamW (Loshchilov and Hutter 2019) over the flat buffers: one fused call for the decayed part,
 * one for the rest.
 *
 * <p>Moments are float32 whatever the weights are; weights of another type have a float32 master,
 * which is updated and then rounded into them, so that steps smaller than half a unit in the last
 * place are not lost.
 */
public final class AdamW implements AutoCloseable {
  /** Elements that are widened to float32 at a time when gradients are of another type: 64 MiB. */
  private static final long CHUNK = 1L << 24;

  private final Parameters parameters;
  private final Settings settings;
  private final BoxedOperator fused = new BoxedOperator("aten::_fused_adamw_", "");
  private final Tensor mean;
  private final Tensor square;
  private final @Nullable Tensor master;
  private long steps;

  /**
   * What stays the same over a run.
   *
   * @param beta1 decay of the mean of gradients
   * @param beta2 decay of the mean of their squares
   * @param epsilon added to the root
   * @param weightDecay applied to decayed parameters only
   * @param maxGradientNorm gradients are scaled down to this norm; 0 = never
   */
  public record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {}

  /** An optimizer that has made no step. */
  public AdamW(Parameters parameters, Settings settings) {
    this.parameters = parameters;
    this.settings = settings;
    Tensor weights = parameters.flatWeights();
    try (Scope scope = Scope.open()) {
      Tensor wide = weights.detach().to(torch.ScalarType.Float);
      mean = scope.release(torch.zeros_like(wide));
      square = scope.release(torch.zeros_like(wide));
      boolean same = weights.scalar_type().intern() == torch.ScalarType.Float;
      master = same ? null : scope.release(wide);
    }
  }

  /**
   * Clips and updates the weights.
   *
   * @param learningRate of this step
   * @return the norm of all gradients before clipping
   */
  public double step(double learningRate) {
    try (Scope scope = Scope.open()) {
      double norm = gradientNorm();
      double factor = settings.maxGradientNorm() / (norm + 1e-6); // as torch's clip_grad_norm_
      boolean clip = settings.maxGradientNorm() > 0 && factor < 1;
      if (Double.isFinite(norm)) { // else the weights would be lost; the caller says so
        steps++;
        update(learningRate, clip ? factor : 1);
      }
      return norm;
    }
  }

  private double gradientNorm() {
    Tensor gradients = parameters.flatGradients();
    long elements = gradients.numel();
    double squares = 0;
    for (long from = 0; from < elements; from += CHUNK) {
      try (Scope chunk = Scope.open()) {
        Tensor part = gradients.narrow(0, from, Math.min(CHUNK, elements - from));
        double norm = part.to(torch.ScalarType.Float).norm().item_double();
        squares += norm * norm;
      }
    }
    return Math.sqrt(squares);
  }

  private void update(double learningRate, double factor) {
    Tensor step = torch.full(new long[] {}, new Scalar((float) steps));
    Tensor divisor = torch.full(new long[] {1}, new Scalar((float) (1 / factor)));
    long elements = mean.numel();
    long decayed = parameters.decayedElements();
    long chunk = master == null ? elements : CHUNK;
    for (Parameters.Range moving : moving(elements)) {
      for (long from = moving.from(); from < moving.to(); ) {
        long end = from < decayed ? Math.min(decayed, moving.to()) : moving.to();
        long length = Math.min(chunk, end - from);
        double decay = from < decayed ? settings.weightDecay() : 0;
        try (Scope part = Scope.open()) {
          update(from, length, new Call(learningRate, decay, step, factor == 1 ? null : divisor));
        }
        from += length;
      }
    }
  }

  /** What lies between the parts that never move. */
  private List<Parameters.Range> moving(long elements) {
    List<Parameters.Range> moving = new ArrayList<>();
    long from = 0;
    for (Parameters.Range still : parameters.still()) {
      moving.add(new Parameters.Range(from, still.from()));
      from = still.to();
    }
    moving.add(new Parameters.Range(from, elements));
    return moving;
  }

  private record Call(double learningRate, double decay, Tensor step, @Nullable Tensor divisor) {}

  private void update(long from, long length, Call call) {
    Tensor weights = parameters.flatWeights().detach().narrow(0, from, length);
    Tensor gradients = parameters.flatGradients().narrow(0, from, length);
    Tensor target = master == null ? weights : master.narrow(0, from, length);
    fused.call(
        List.of(target),
        List.of(gradients.to(torch.ScalarType.Float)),
        List.of(mean.narrow(0, from, length)),
        List.of(square.narrow(0, from, length)),
        List.of(),
        List.of(call.step()),
        call.learningRate(),
        settings.beta1(),
        settings.beta2(),
        call.decay(),
        settings.epsilon(),
        false, // amsgrad
        false, // maximize
        call.divisor(),
        null);
    if (master != null) {
      weights.copy_(target);
    }
  }

  /** How many steps were made. */
  public long steps() {
    return steps;
  }

  /**
   * What a resumed run needs, by name; live tensors, [elements] float32, owned by the optimizer.
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("mean", mean);
    state.put("square", square);
    if (master != null) {
      state.put("master", master);
    }
    return state;
  }

  /** Goes on after so many steps; the tensors of {@link #state()} were filled by the caller. */
  public void resume(long steps) {
    this.steps = steps;
  }

  @Override
  public void close() {
    state().values().forEach(Tensor::close);
  }
}
