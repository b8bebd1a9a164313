package io.vlmr1.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.optim.Tensors;
import io.vlmr1.tensor.RandomStream;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
  private static final int VOCABULARY = 300;
  private static final float[] LOGITS = logits();

  static Stream<SamplingSpec> specs() {
    return Stream.of(
        new SamplingSpec(1.0, 0, 1.0, 0.0, 1.0),
        new SamplingSpec(0.7, 0, 1.0, 0.0, 1.0),
        new SamplingSpec(1.0, 5, 1.0, 0.0, 1.0),
        new SamplingSpec(1.0, 0, 0.5, 0.0, 1.0),
        new SamplingSpec(1.3, 0, 0.99, 0.0, 1.0), // needs more than the first 64 candidates
        new SamplingSpec(1.0, 0, 1.0, 0.1, 1.0),
        new SamplingSpec(0.9, 50, 0.8, 0.05, 1.0),
        new SamplingSpec(1.0, 20, 0.9, 0.0, 1.3));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void drawsEachTokenAsOftenAsTheFormulaSays(SamplingSpec spec) {
    BitSet seen = new BitSet();
    seen.set(3);
    seen.set(7);
    double[] expected = distribution(spec, seen);
    int draws = 20_000;
    double[] uniforms = new double[draws];
    for (int i = 0; i < draws; i++) {
      uniforms[i] = (i + 0.5) / draws; // an even grid: counts are exact to one draw a token
    }
    double[] counts = new double[VOCABULARY];
    int rows = 500;
    Tensor logits = Tensors.of(LOGITS).unsqueeze(0).repeat(rows, 1);
    Sampler sampler = new Sampler(spec, Set.of(1, 2));
    for (int from = 0; from < draws; from += rows) {
      double[] part = Arrays.copyOfRange(uniforms, from, from + rows);
      for (int token :
          sampler.sample(logits, Stream.generate(() -> seen).limit(rows).toList(), part)) {
        counts[token] += 1.0 / draws;
      }
    }
    assertThat(counts).containsExactly(expected, within(2.0 / draws));
  }

  @Test
  void temperatureZeroTakesTheMostProbableTokenThatMayBeSampled() {
    float[] logits = {0, 5, 3, 4};
    Sampler sampler = new Sampler(new SamplingSpec(0.0, 0, 1.0, 0.0, 1.0), Set.of(1));
    assertThat(
            sampler.sample(
                Tensors.of(logits).unsqueeze(0), List.of(new BitSet()), new double[] {0.9}))
        .containsExactly(3);
  }

  @Test
  void samplingLeavesTheLogitsAlone() {
    Tensor logits = Tensors.of(LOGITS).unsqueeze(0);
    BitSet seen = new BitSet();
    seen.set(3);
    new Sampler(new SamplingSpec(0.5, 0, 1.0, 0.0, 2.0), Set.of(1))
        .sample(logits, List.of(seen), new double[] {0.5});
    assertThat(Tensors.floats(logits)).containsExactly(LOGITS);
  }

  @Test
  void uniformNumbersByCoordinatesAreUniformAndDifferBetweenPlaces() {
    double sum = 0;
    double neighbours = 0;
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      double one = RandomStream.uniform(42, 7, 3, i % 8, i / 8);
      double next = RandomStream.uniform(42, 7, 4, i % 8, i / 8);
      sum += one;
      neighbours += (one - 0.5) * (next - 0.5);
    }
    assertThat(sum / count).isCloseTo(0.5, within(0.004));
    assertThat(neighbours / count * 12).isCloseTo(0, within(0.015));
    assertThat(RandomStream.bits(1, 2)).isNotEqualTo(RandomStream.bits(2, 1));
  }

  /** The distribution by a full sort, in double. */
  private static double[] distribution(SamplingSpec spec, BitSet seen) {
    double[] logits = new double[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      double logit = LOGITS[i];
      double penalty = seen.get(i) ? spec.repetitionPenalty() : 1;
      logits[i] = (logit < 0 ? logit * penalty : logit / penalty) / spec.temperature();
    }
    logits[1] = Double.NEGATIVE_INFINITY;
    logits[2] = Double.NEGATIVE_INFINITY;
    Integer[] order =
        Stream.iterate(0, i -> i + 1)
            .limit(VOCABULARY)
            .sorted((a, b) -> Double.compare(logits[b], logits[a]))
            .toArray(Integer[]::new);
    int k = spec.topK() > 0 ? spec.topK() : VOCABULARY;
    double total = 0;
    for (int i = 0; i < k; i++) {
      total += Math.exp(logits[order[i]]);
    }
    double[] result = new double[VOCABULARY];
    double before = 0;
    double kept = 0;
    for (int i = 0; i < k; i++) {
      double p = Math.exp(logits[order[i]]) / total;
      boolean nucleus = before < spec.topP();
      boolean likely = p >= spec.minP() * Math.exp(logits[order[0]]) / total;
      before += p;
      if (nucleus && likely) {
        result[order[i]] = p;
        kept += p;
      }
    }
    for (int i = 0; i < VOCABULARY; i++) {
      result[i] /= kept;
    }
    return result;
  }

  private static float[] logits() {
    Random random = new Random(5);
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) random.nextGaussian(0, 2);
    }
    return logits;
  }
}
