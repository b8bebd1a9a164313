package io.vlmr1.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.Row;
import io.vlmr1.reward.Completion.PictureSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ten thousand completions made to hang, overflow or crash: each gets a score and a reason. */
class HostileCompletionsTest {
  private static final int COMPLETIONS = 10_000;
  private static final List<String> METHODS =
      List.of(
          "default",
          "mcq",
          "yes_no",
          "all_match",
          "math",
          "math_equal",
          "map",
          "od_ap",
          "od_ap50",
          "odLength",
          "weighted_sum");
  private static final List<String> TRUTHS =
      List.of(
          "42",
          "\\frac{1}{2}",
          "A",
          "yes",
          "(-\\infty, 3]",
          "\\{1,2,3\\}",
          "a red bus",
          "```json\n[{\"bbox_2d\": [1, 2, 30, 40], \"label\": \"cat\"}]\n```",
          "None",
          "x^2+1");
  private static final String[] SEEDS = {
    "<answer>",
    "</answer>",
    "<think>",
    "</think>",
    "```json",
    "```",
    "[",
    "{",
    "(",
    "\\{",
    "}",
    "\\frac",
    "\\sqrt",
    "\\left(",
    "^",
    "_",
    "\\boxed{",
    "$",
    "\\text{",
    "\\begin{pmatrix}",
    "&",
    "\\\\",
    "9",
    "1e999999999",
    "10^400",
    "10^{10^{10}}",
    "NaN",
    "Infinity",
    "-Infinity",
    "!",
    "999999999!",
    "\u0000",
    "\u0007",
    "\ud800",
    "\udc00",
    "\u202e",
    "\u2028",
    "é",
    "👩‍👩‍👧",
    " ",
    "\n",
    "\\sum_{k=1}^{999999999} k",
    "\\int_0^1 ",
    "\\infty",
    "%",
    "1,234",
    "a",
    "aaaaaaaaab",
    "[[1,2],",
    "\"bbox_2d\": [1,2,3,4]",
    "\"label\":",
    "{\"bbox_2d\": [1e400, NaN, -0.0, 5]}",
    "\\binom{999}{500}",
    "|",
    "x",
    "\\pm",
    "\\overline{3}",
    "0.",
    "=",
    "<",
    "\\cup",
    ",",
    "yes",
    "\\log_0 0",
    "0/0",
    "\\frac{1}{0}",
    "2^2^2^2^2^2^2",
    "gcd(0,0)",
    "\\lfloor",
    "'",
    "\"",
    "True"
  };

  @Test
  void scoresThemAllWithAReason() {
    List<Rewards> rewards = new ArrayList<>();
    for (String method : METHODS) {
      rewards.add(rewards("accuracy", method, Task.DEFAULT));
    }
    for (String name : List.of("format", "length", "repetition")) {
      rewards.add(rewards(name, null, Task.DEFAULT));
    }
    for (String name : List.of("accuracy", "format", "plain_iou")) {
      rewards.add(rewards(name, null, Task.REC));
    }
    Random random = new Random(41);
    for (int i = 0; i < COMPLETIONS; i++) {
      String text = completion(random, i);
      String truth = TRUTHS.get(random.nextInt(TRUTHS.size()));
      Rewards chosen = rewards.get(i % rewards.size());
      assertScored(
          chosen, text, chosen == rewards.get(rewards.size() - 3) ? "[1, 2, 3, 4]" : truth);
    }
  }

  /** The worst of each kind, by every reward. */
  @Test
  void scoresTheWorstByEveryReward() {
    List<String> worst = new ArrayList<>();
    for (String unit :
        List.of(
            "(",
            "[",
            "{",
            "\\{",
            "\\frac{",
            "\\left(",
            "$",
            "2^",
            "|",
            "-",
            "!",
            "x",
            "<answer>",
            "[{",
            "\\sqrt",
            "a b ",
            "\\\\",
            "1,",
            "{\"a\":",
            "```json",
            "\ud83d",
            "f(",
            "\\boxed{",
            "=",
            "answer is ",
            "9")) {
      worst.add(unit.repeat(100_000));
      worst.add("<answer>" + unit.repeat(100_000) + "</answer>");
      worst.add("<answer>" + unit.repeat(600) + "</answer>");
    }
    worst.add("<answer>" + "(a+)+$".repeat(1000) + "!</answer>");
    worst.add("<answer>" + "x".repeat(1 << 20) + "</answer>");
    worst.add("<answer>$" + "(1+".repeat(300) + "1" + ")".repeat(300) + "$</answer>");
    List<Rewards> all = new ArrayList<>();
    METHODS.forEach(method -> all.add(rewards("accuracy", method, Task.DEFAULT)));
    List.of("format", "length", "repetition").forEach(n -> all.add(rewards(n, null, Task.DEFAULT)));
    List.of("accuracy", "format", "plain_iou").forEach(n -> all.add(rewards(n, null, Task.REC)));
    for (Rewards rewards : all) {
      for (String text : worst) {
        assertScored(
            rewards,
            text,
            rewards.rewards().get(0).name().equals("plain_iou") ? "[1, 2, 3, 4]" : "\\frac{1}{2}");
      }
    }
  }

  private static void assertScored(Rewards rewards, String text, String truth) {
    Row row =
        new Row(
            Path.of("d.jsonl"),
            1,
            "",
            "Q",
            "<answer> " + truth + " </answer>",
            List.of(),
            "default",
            Map.of());
    Completion completion =
        new Completion(text, text.length(), row, List.of(new PictureSize(64, 64, 56, 56)));

    Score score = rewards.score(completion).scores().get(0);

    assertThat(score.reason()).isNotBlank().doesNotStartWith("failed:");
    score.value().ifPresent(value -> assertThat(Double.isFinite(value)).isTrue());
  }

  private static String completion(Random random, int index) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "<answer>" : "");
    int pieces = 1 + random.nextInt(12);
    for (int i = 0; i < pieces; i++) {
      String piece =
          random.nextInt(8) == 0
              ? new String(Character.toChars(random.nextInt(0x3000)))
              : SEEDS[random.nextInt(SEEDS.length)];
      boolean huge = index % 100 == 0 && i == 0;
      int times = huge ? (1 << 20) / piece.length() : random.nextInt(10) == 0 ? 400 : 1;
      text.append(piece.repeat(Math.max(1, times)));
    }
    return text.append(random.nextBoolean() ? "</answer>" : "").toString();
  }

  private static Rewards rewards(String name, @Nullable String method, Task task) {
    RewardSpec spec =
        new RewardSpec(name, 1.0, null, method, false, null, null, null, 30.0, 2, null);
    return Rewards.of(List.of(spec), new RewardContext(task, "qwen2_5_vl"));
  }
}
