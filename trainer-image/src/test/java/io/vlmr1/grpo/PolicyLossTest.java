package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.api.v1alpha1.GrpoSpec.Loss;
import io.vlmr1.grpo.PolicyLoss.GlobalCounts;
import io.vlmr1.grpo.PolicyLoss.Result;
import io.vlmr1.grpo.PolicyLoss.Tokens;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyLossTest {
  private static final int[] LENGTHS = {4, 0, 7, 2};

  @Test
  void cispoWeighsTheLogProbabilityByTheClippedRatioAsAConstant() {
    Tokens tokens = tokens();
    GlobalCounts counts = new GlobalCounts(4, 13);
    float[] gradient =
        new PolicyLoss(
                new LossSettings(Loss.CISPO, false, 0.2, 0.28, OptionalDouble.empty(), 0, 16))
            .compute(withoutReference(tokens), counts)
            .gradient();
    float[] old = Objects.requireNonNull(tokens.old());
    for (int i = 0; i < LENGTHS[0]; i++) {
      double ratio = Math.exp(tokens.logProbabilities()[i] - old[i]);
      assertThat(gradient[i])
          .isCloseTo((float) (-Math.min(ratio, 1.28) * tokens.advantages()[0] / 13), within(1e-6f));
    }
  }

  private static Tokens withoutReference(Tokens all) {
    return new Tokens(
        all.logProbabilities(),
        all.old(),
        null,
        all.entropies(),
        all.lengths(),
        all.advantages(),
        all.masked());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CISPO") // its clamp is a constant by design
  void theGradientIsTheDifferenceQuotientOfTheLoss(Loss type) {
    for (boolean sequence : new boolean[] {false, true}) {
      PolicyLoss loss = new PolicyLoss(settings(type, sequence));
      Tokens tokens = tokens();
      GlobalCounts counts = new GlobalCounts(4, 13);
      float[] gradient = loss.compute(tokens, counts).gradient();
      for (int i = 0; i < gradient.length; i++) {
        double slope = (shifted(loss, tokens, i, 1e-3f) - shifted(loss, tokens, i, -1e-3f)) / 2e-3;
        assertThat(slope).as("%s token %d", type, i).isCloseTo(gradient[i], within(2e-3));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void partsOfABatchAddUpToTheWhole(Loss type) {
    PolicyLoss loss = new PolicyLoss(settings(type, false));
    GlobalCounts counts = new GlobalCounts(4, 13);
    Tokens all = tokens();
    Result whole = loss.compute(all, counts);
    Result first = loss.compute(rows(all, 0, 2, 0, 4), counts);
    Result second = loss.compute(rows(all, 2, 4, 4, 13), counts);
    LossSums sums = LossSums.of(first.sums().toArray());
    sums.add(second.sums());
    assertThat(sums.toArray()).containsExactly(whole.sums().toArray(), within(1e-12));
    float[] joined = Arrays.copyOf(first.gradient(), 13);
    System.arraycopy(second.gradient(), 0, joined, 4, 9);
    assertThat(joined).containsExactly(whole.gradient());
  }

  @ParameterizedTest
  @EnumSource
  void aMaskedCompletionHasNoGradientAndNoMetrics(Loss type) {
    Tokens all = tokens();
    boolean[] masked = {true, false, false, false};
    Tokens some =
        new Tokens(
            all.logProbabilities(),
            all.old(),
            all.reference(),
            all.entropies(),
            LENGTHS,
            all.advantages(),
            masked);
    Result result = new PolicyLoss(settings(type, false)).compute(some, new GlobalCounts(4, 9));
    assertThat(Arrays.copyOf(result.gradient(), 4)).containsOnly(0f);
    assertThat(result.sums().tokens()).isEqualTo(9);
  }

  private static LossSettings settings(Loss type, boolean sequence) {
    return new LossSettings(type, sequence, 0.2, 0.28, OptionalDouble.of(1.5), 0.04, 16);
  }

  private static double shifted(PolicyLoss loss, Tokens tokens, int index, float by) {
    float[] moved = tokens.logProbabilities().clone();
    moved[index] += by;
    Tokens shifted =
        new Tokens(
            moved,
            tokens.old(),
            tokens.reference(),
            tokens.entropies(),
            tokens.lengths(),
            tokens.advantages(),
            tokens.masked());
    return loss.compute(shifted, new GlobalCounts(4, 13)).sums().loss();
  }

  private static Tokens rows(Tokens all, int row, int rowEnd, int token, int tokenEnd) {
    return new Tokens(
        Arrays.copyOfRange(all.logProbabilities(), token, tokenEnd),
        Arrays.copyOfRange(all.old(), token, tokenEnd),
        Arrays.copyOfRange(all.reference(), token, tokenEnd),
        Arrays.copyOfRange(all.entropies(), token, tokenEnd),
        Arrays.copyOfRange(all.lengths(), row, rowEnd),
        Arrays.copyOfRange(all.advantages(), row, rowEnd),
        Arrays.copyOfRange(all.masked(), row, rowEnd));
  }

  private static Tokens tokens() {
    Random random = new Random(3);
    int total = IntStream.of(LENGTHS).sum();
    float[][] values = new float[4][total];
    for (int i = 0; i < total; i++) {
      values[0][i] = (float) -random.nextDouble(3);
      values[1][i] = values[0][i] + (float) random.nextGaussian(0, 0.4);
      values[2][i] = values[0][i] + (float) random.nextGaussian(0, 0.4);
      values[3][i] = (float) random.nextDouble(2);
    }
    double[] advantages = {1.2, -0.3, -0.9, 0.4};
    return new Tokens(
        values[0], values[1], values[2], values[3], LENGTHS, advantages, new boolean[4]);
  }
}
