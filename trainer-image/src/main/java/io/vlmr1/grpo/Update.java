package io.vlmr1.grpo;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.dist.Ranks;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.nn.Parameters;
import io.vlmr1.optim.AdamW;
import io.vlmr1.plan.PhaseClock;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.nio.ByteBuffer;

/**
 * The half of a step that GRPO and SFT share: gradients in, weights moved, sums over all ranks out.
 */
public final class Update {
  private final Parameters parameters;
  private final AdamW optimizer;
  private final Ranks ranks;
  private final PhaseClock clock;

  /** An update of these parameters by all ranks together. */
  public Update(Parameters parameters, AdamW optimizer, Ranks ranks) {
    this(parameters, optimizer, ranks, new PhaseClock());
  }

  /** An update of these parameters by all ranks together; the clock hears how long it takes. */
  public Update(Parameters parameters, AdamW optimizer, Ranks ranks, PhaseClock clock) {
    this.clock = clock;
    this.parameters = parameters;
    this.optimizer = optimizer;
    this.ranks = ranks;
  }

  /**
   * Forgets the last step's gradients.
   *
   * @param passes how many follow on this rank
   */
  public void begin(int passes) {
    parameters.storage().begin(passes);
  }

  /** Adds a micro-batch's gradient; [N] d loss / d log-probability. */
  public void backward(ForwardPass pass, float[] gradient) {
    clock.run("backward", () -> parameters.storage().backward(() -> addGradients(pass, gradient)));
  }

  private static void addGradients(ForwardPass pass, float[] gradient) {
    if (gradient.length > 0) {
      try (Scope scope = Scope.open()) {
        pass.backward(Tensors.ofFloats(gradient, gradient.length));
      }
    }
  }

  /**
   * Sums the gradients over the ranks, clips and moves the weights.
   *
   * @param step counted from 0
   * @return the norm before clipping
   * @throws VlmR1Exception when it is not finite: the weights are left as they were
   */
  public double finish(long step, double learningRate) {
    clock.run("reduce", this::reduce);
    double norm = clock.time("optimizer", () -> optimizer.step(learningRate));
    if (!Double.isFinite(norm)) {
      throw new VlmR1Exception(
          ExitCode.INTERNAL,
          "step "
              + (step + 1)
              + ": the gradient's norm is "
              + norm
              + ", the training diverged; lower spec.optimizer.learningRate, or use precision float32");
    }
    return norm;
  }

  /** What backward did not reduce while it ran. */
  private void reduce() {
    parameters.storage().complete();
    if (!parameters.storage().sums()) {
      ranks.sum(parameters.flatGradients());
    }
  }

  /** The sums of all ranks, added in rank order so that they are equal on each. */
  public LossSums total(LossSums mine) {
    double[] values = mine.toArray();
    ByteBuffer message = ByteBuffer.allocate(8 * values.length);
    for (double value : values) {
      message.putDouble(value);
    }
    LossSums total = new LossSums();
    for (byte[] other : ranks.gather(message.array())) {
      ByteBuffer buffer = ByteBuffer.wrap(other);
      double[] part = new double[values.length];
      for (int i = 0; i < part.length; i++) {
        part[i] = buffer.getDouble();
      }
      total.add(LossSums.of(part));
    }
    return total;
  }
}
