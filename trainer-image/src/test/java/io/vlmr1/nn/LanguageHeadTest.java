package io.vlmr1.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The head in chunks of any size: 37 rows, 16 hidden, 53 tokens. */
class LanguageHeadTest {
  private static final int ROWS = 37;
  private static final int HIDDEN = 16;
  private static final int VOCABULARY = 53;

  private FlatParameters parameters;
  private LanguageHead.Weights weights;

  @BeforeEach
  void make() {
    Natives.load();
    parameters =
        new FlatParameters(
            List.of(
                Slot.of("norm.weight", false, HIDDEN),
                Slot.of("head.weight", true, VOCABULARY, HIDDEN)),
            Dtype.FLOAT32,
            true);
    try (Scope scope = Scope.open()) {
      parameters.flatWeights().copy_(random(VOCABULARY * HIDDEN + HIDDEN, 1));
    }
    weights =
        new LanguageHead.Weights(
            RmsNorm.of(parameters, "norm", 1e-6), Linear.of(parameters, "head"), Unit.HERE);
  }

  @AfterEach
  void close() {
    parameters.close();
  }

  private static Tensor random(int count, long seed) {
    return Tensors.ofFloats(numbers(count, seed), count);
  }

  private static float[] numbers(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /**
   * Everything that a head answers.
   *
   * @param parameters gradients of norm and projection
   */
  private record Answer(
      float[] logProbabilities, float[] entropies, float[] hidden, float[] parameters) {}

  private Answer answer(Memory memory, int rowsOfAChunk) {
    parameters.zeroGradients();
    try (Scope scope = Scope.open();
        LanguageHead head =
            new LanguageHead(weights, 0.8, memory, (long) rowsOfAChunk * VOCABULARY)) {
      int[] tokens = new SplittableRandom(3).ints(ROWS, 0, VOCABULARY).toArray();
      LanguageHead.Scores scores =
          head.forward(random(ROWS * HIDDEN, 2).view(ROWS, HIDDEN), Tensors.ofInts(tokens));
      Tensor inner = head.backward(random(ROWS, 4));
      return new Answer(
          Tensors.toFloats(scores.logProbabilities()),
          Tensors.toFloats(scores.entropies()),
          Tensors.toFloats(inner),
          Tensors.toFloats(parameters.flatGradients()));
    }
  }

  private static double relative(float[] found, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 16, 8, 5, 1})
  void smallerChunksChangeNoResult(int rows) {
    for (Memory memory : List.of(Memory.INPUTS, Memory.ALL)) {
      Answer whole = answer(memory, ROWS);
      Answer parted = answer(memory, rows);
      // products of other shapes add up in another order: some units in the last of 24 bits
      assertThat(relative(parted.logProbabilities(), whole.logProbabilities())).isLessThan(1e-6);
      assertThat(relative(parted.entropies(), whole.entropies())).isLessThan(1e-6);
      assertThat(relative(parted.hidden(), whole.hidden())).isLessThan(1e-6);
      assertThat(relative(parted.parameters(), whole.parameters())).isLessThan(1e-6);
    }
  }

  @Test
  void keepingProbabilitiesChangesNoBit() {
    Answer kept = answer(Memory.ALL, 8);
    Answer again = answer(Memory.INPUTS, 8);
    assertThat(again.hidden()).isEqualTo(kept.hidden());
    assertThat(again.parameters()).isEqualTo(kept.parameters());
  }

  @Test
  void whatItKeepsHasNoShareOfTheVocabulary() {
    try (Scope scope = Scope.open();
        LanguageHead head = new LanguageHead(weights, 1, Memory.INPUTS, VOCABULARY)) {
      head.forward(random(ROWS * HIDDEN, 2).view(ROWS, HIDDEN), Tensors.ofInts(new int[ROWS]));
      assertThat(head.keptBytes()).isEqualTo(ROWS * weights.keptBytes());
      assertThat(weights.keptBytes()).isEqualTo(4 * HIDDEN + 8 + 4 + 4);
    }
  }
}
