package io.vlmr1.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.9, 0.99, 1e-8, 0.1, 1.0);
  private static final int DECAYED = 5;

  @Test
  void followsTheFormulaForSeveralStepsAndDecaysTheFirstPartOnly() {
    Random random = new Random(1);
    float[] start = gaussian(random, 8, 1);
    PlainParameters parameters = new PlainParameters(start, DECAYED, torch.ScalarType.Float);
    Formula formula = new Formula(start);
    try (AdamW adamW = new AdamW(parameters, SETTINGS)) {
      for (int step = 1; step <= 5; step++) {
        float[] gradient = gaussian(random, 8, step == 3 ? 0.01 : 2); // step 3 is not clipped
        parameters.flatGradients().copy_(Tensors.of(gradient));
        double norm = adamW.step(0.01);
        assertThat(norm).isCloseTo(formula.step(gradient, step, 0.01), within(1e-5));
        assertThat(Tensors.floats(parameters.flatWeights()))
            .containsExactly(formula.asFloats(), within(1e-6f));
      }
    }
  }

  @Test
  void bfloat16WeightsKeepUpdatesTooSmallForThem() {
    PlainParameters parameters =
        new PlainParameters(new float[] {1, 1}, 1, torch.ScalarType.BFloat16);
    AdamW.Settings noDecay = new AdamW.Settings(0.9, 0.99, 1e-8, 0, 1.0);
    try (AdamW adamW = new AdamW(parameters, noDecay)) {
      for (int step = 0; step < 20; step++) {
        parameters.flatGradients().copy_(Tensors.of(1, 1));
        adamW.step(1e-3); // a unit in the last place at 1 is 4e-3 downwards
      }
    }
    assertThat(Tensors.floats(parameters.flatWeights()))
        .containsExactly(new float[] {0.98f, 0.98f}, within(2e-3f));
  }

  private static float[] gaussian(Random random, int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  /** Algorithm 2 of the paper, in double, after clipping. */
  private static final class Formula {
    private final double[] weights;
    private final double[] mean;
    private final double[] square;

    Formula(float[] start) {
      weights = new double[start.length];
      for (int i = 0; i < start.length; i++) {
        weights[i] = start[i];
      }
      mean = new double[start.length];
      square = new double[start.length];
    }

    double step(float[] gradient, int step, double learningRate) {
      double squares = 0;
      for (float g : gradient) {
        squares += (double) g * g;
      }
      double norm = Math.sqrt(squares);
      double factor = Math.min(1, SETTINGS.maxGradientNorm() / (norm + 1e-6));
      for (int i = 0; i < weights.length; i++) {
        double g = gradient[i] * factor;
        mean[i] = SETTINGS.beta1() * mean[i] + (1 - SETTINGS.beta1()) * g;
        square[i] = SETTINGS.beta2() * square[i] + (1 - SETTINGS.beta2()) * g * g;
        double unbiased = mean[i] / (1 - Math.pow(SETTINGS.beta1(), step));
        double root = Math.sqrt(square[i] / (1 - Math.pow(SETTINGS.beta2(), step)));
        double decay = i < DECAYED ? SETTINGS.weightDecay() : 0;
        weights[i] -= learningRate * decay * weights[i];
        weights[i] -= learningRate * unbiased / (root + SETTINGS.epsilon());
      }
      return norm;
    }

    float[] asFloats() {
      float[] values = new float[weights.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) weights[i];
      }
      return values;
    }
  }
}
