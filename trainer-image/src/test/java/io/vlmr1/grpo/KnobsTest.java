package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.dist.SingleRank;
import io.vlmr1.tensor.Natives;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every knob changes what is learned, and changes it in the direction that its name says. */
class KnobsTest {
  private static final String BASE =
      "{generations: 4, iterations: 3, maxCompletionTokens: 8, epsilon: 0.02}";
  private static final int STEPS = 6;

  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    Natives.setThreads(1); // products this small only wait for each other on several
  }

  /** What is laid over {@link #BASE}: each a knob. */
  static final String[] KNOBS = {
    "{generations: 2}",
    "{iterations: 1}",
    "{beta: 0}",
    "{epsilon: 0.001}",
    "{epsilonHigh: 0.5}",
    "{delta: 1.021}",
    "{loss: bnpo}",
    "{loss: dr_grpo}",
    "{loss: dapo}",
    "{loss: cispo}",
    "{loss: sapo}",
    "{importanceSampling: sequence}",
    "{scaleRewards: batch}",
    "{scaleRewards: none}",
    "{maskTruncatedCompletions: true}",
    "{maxCompletionTokens: 5}",
    "{sampling: {temperature: 0.5}}",
    "{sampling: {topK: 3}}",
    "{sampling: {topP: 0.5}}",
    "{sampling: {minP: 0.5}}",
    "{sampling: {repetitionPenalty: 2}}",
    "{refillRounds: 2, sampling: {topK: 2}}",
    "{syncReference: {everySteps: 2}}"
  };

  @ParameterizedTest
  @FieldSource("KNOBS")
  void everyKnobChangesWhatIsLearned(String knob) throws IOException {
    String rest = knob.startsWith("{refill") ? "{sampling: {topK: 2}}" : "{}";
    try (TinyTraining with = train(knob, null, STEPS);
        TinyTraining without = train(rest, null, STEPS)) {
      assertThat(with.weights()).as(knob).isNotEqualTo(without.weights());
    }
  }

  @Test
  void noKnobIsLeftOut() throws IOException {
    TreeSet<String> tried = new TreeSet<>();
    for (String knob : KNOBS) {
      fieldNames(new YAMLMapper().readTree(knob), "", tried);
    }
    TreeSet<String> known = new TreeSet<>();
    fieldNames(
        new ObjectMapper()
            .valueToTree(
                spec("{epsilonHigh: 1, delta: 3, syncReference: {}, sampling: {topK: 1}}")),
        "",
        known);
    known.remove("syncReference.alpha"); // movesTheReferenceTowardsThePolicy
    assertThat(tried).isEqualTo(known);
  }

  @Test
  void aNarrowerClipRangeClipsMore() throws IOException {
    assertThat(mean("{epsilon: 0.001}", "clip_ratio/region_mean"))
        .isGreaterThan(mean("{epsilon: 0.05}", "clip_ratio/region_mean"));
    assertThat(mean("{epsilonHigh: 0.5}", "clip_ratio/high_mean"))
        .isLessThan(mean("{}", "clip_ratio/high_mean"));
  }

  @Test
  void withoutBetaThereIsNoKl() throws IOException {
    try (TinyTraining none = train("{beta: 0}", null, STEPS);
        TinyTraining strong = train("{beta: 5}", null, 16);
        TinyTraining weak = train("{beta: 0.01}", null, 16)) {
      assertThat(none.metrics.get(0)).doesNotContainKey("kl");
      assertThat(last(strong, "kl")).isLessThan(last(weak, "kl"));
    }
  }

  @Test
  void onePossibleTokenLeavesNothingToLearn() throws IOException {
    assertThat(mean("{sampling: {topK: 1}}", "frac_reward_zero_std")).isEqualTo(1);
    assertThat(mean("{sampling: {topP: 0.001}}", "frac_reward_zero_std")).isEqualTo(1);
    assertThat(mean("{sampling: {minP: 1}}", "frac_reward_zero_std")).isEqualTo(1);
  }

  @Test
  void aLowTemperatureLowersTheEntropy() throws IOException {
    assertThat(mean("{sampling: {temperature: 0.3}}", "entropy"))
        .isLessThan(mean("{sampling: {temperature: 1.5}}", "entropy") - 0.1);
  }

  @Test
  void completionsAreNoLongerThanAsked() throws IOException {
    assertThat(mean("{maxCompletionTokens: 3}", "completions/max_length")).isEqualTo(3);
  }

  @Test
  void masksTruncatedCompletionsOutOfTheLossWhole() throws IOException {
    try (TinyTraining cut =
        train("{maxCompletionTokens: 1, maskTruncatedCompletions: true}", null, 2)) {
      Map<String, Double> metrics = cut.metrics.get(0);
      if (metrics.getOrDefault("completions/clipped_ratio", 0.0) == 1) {
        assertThat(metrics.get("grad_norm")).isZero();
      } else {
        assertThat(metrics.get("completions/clipped_ratio")).isPositive();
      }
    }
  }

  @Test
  void refillsGroupsThatTeachNothingWithinItsBound() throws IOException {
    String few = "{iterations: 1, generations: 2, sampling: {topK: 2}%s}";
    try (TinyTraining plain = train(few.formatted(""), null, 8);
        TinyTraining refilled = train(few.formatted(", refillRounds: 3"), null, 8)) {
      assertThat(average(refilled, "frac_reward_zero_std"))
          .isLessThan(average(plain, "frac_reward_zero_std"));
      assertThat(refilled.metrics)
          .allSatisfy(step -> assertThat(step.get("refilled_groups")).isBetween(0.0, 12.0));
      assertThat(average(refilled, "refilled_groups")).isPositive();
    }
  }

  @Test
  void movesTheReferenceTowardsThePolicy() throws IOException {
    String often = "{iterations: 1, syncReference: {everySteps: 2, alpha: %s}}";
    try (TinyTraining still = train("{iterations: 1}", null, 16);
        TinyTraining half = train(often.formatted("0.3"), null, 16);
        TinyTraining whole = train(often.formatted("1.0"), null, 16)) {
      assertThat(last(half, "kl")).isLessThan(last(still, "kl"));
      assertThat(last(whole, "kl")).isLessThan(last(half, "kl"));
      assertThat(whole.metrics.get(2).get("kl")).as("just moved").isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void aMovedReferenceComesBackFromACheckpoint() throws IOException {
    String knobs = "{iterations: 1, beta: 0.5, syncReference: {everySteps: 3, alpha: 0.5}}";
    Path output = folder.resolve("output");
    int[] asked = {0};
    try (TinyTraining first = new TinyTraining(setup(knobs, output, 16), new SingleRank());
        TinyTraining second = new TinyTraining(setup(knobs, output, 16), new SingleRank());
        TinyTraining unbroken = train(knobs, folder.resolve("other"), 16)) {
      assertThat(first.run(() -> ++asked[0] >= 8)).isEqualTo(8);
      second.run(() -> false);
      assertThat(second.metrics).hasSize(8);
      assertThat(second.metrics.get(0)).isEqualTo(unbroken.metrics.get(8));
    }
  }

  private double mean(String knob, String metric) throws IOException {
    try (TinyTraining training = train(knob, null, STEPS)) {
      return average(training, metric);
    }
  }

  private static double average(TinyTraining training, String metric) {
    return training.metrics.stream()
        .mapToDouble(step -> step.getOrDefault(metric, Double.NaN))
        .average()
        .orElseThrow();
  }

  private static double last(TinyTraining training, String metric) {
    List<Map<String, Double>> metrics = new ArrayList<>(training.metrics);
    return metrics.subList(metrics.size() - 5, metrics.size()).stream()
        .mapToDouble(step -> step.getOrDefault(metric, Double.NaN))
        .average()
        .orElseThrow();
  }

  private static TinyTraining train(String knob, @Nullable Path output, int steps)
      throws IOException {
    TinyTraining training = new TinyTraining(setup(knob, output, steps), new SingleRank());
    training.run(() -> false);
    return training;
  }

  private static TinyTraining.Setup setup(String knob, @Nullable Path output, int steps)
      throws IOException {
    return new TinyTraining.Setup(spec(knob), 4, 2, steps, output);
  }

  private static GrpoSpec spec(String knobs) throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    ObjectNode all = (ObjectNode) yaml.readTree(BASE);
    all.setAll((ObjectNode) yaml.readTree(knobs));
    return new ObjectMapper().convertValue(all, GrpoSpec.class);
  }

  private static void fieldNames(JsonNode node, String prefix, Set<String> names) {
    node.properties()
        .forEach(
            field -> {
              if (field.getValue().isObject()) {
                fieldNames(field.getValue(), prefix + field.getKey() + ".", names);
              } else {
                names.add(prefix + field.getKey());
              }
            });
  }
}
