package io.vlmr1.reward;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Cosine in the length in tokens (arXiv 2502.03373): right answers fall from 1 to 0.5, wrong ones
 * rise from -0.5 to 0, both up to 1024 tokens. Source: `cosine_reward` of VLM-R1.
 *
 * @param name under which it is known
 * @param accuracy which says whether an answer is right: from 0.7
 * @param original whether every answer counts as right and the cosine goes on beyond 1024, as in
 *     VLM-R1's code
 */
record LengthReward(String name, Reward accuracy, boolean original) implements Reward {
  private static final int LONGEST = 1024;
  private static final double RIGHT = 0.7;

  @Override
  public Score score(Completion completion) {
    return original ? of(completion, Score.of(1, "")) : of(completion, accuracy.score(completion));
  }

  @Override
  public List<Score> scores(List<Completion> completions) {
    if (original) {
      return completions.stream().map(this::score).toList();
    }
    List<Score> judged = accuracy.scores(completions);
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < judged.size(); i++) {
      scores.add(of(completions.get(i), judged.get(i)));
    }
    return scores;
  }

  @Override
  public boolean batched() {
    return accuracy.batched();
  }

  @Override
  public Duration limit() {
    return accuracy.limit();
  }

  private Score of(Completion completion, Score judged) {
    OptionalDouble right = judged.value();
    if (right.isEmpty()) {
      return new Score(right, "no accuracy: " + judged.reason(), judged.failed());
    }
    return Score.of(
        value(completion.tokens(), right.getAsDouble(), original),
        reason(completion, right.getAsDouble()));
  }

  static double value(int tokens, double accuracy, boolean original) {
    boolean right = original || accuracy >= RIGHT;
    double most = right ? 1.0 : -0.5;
    double least = right ? 0.5 : 0.0;
    int length = original ? tokens : Math.min(tokens, LONGEST);
    return most - (most - least) * (1 - Math.cos(length * Math.PI / LONGEST)) / 2;
  }

  private String reason(Completion completion, double accuracy) {
    boolean right = original || accuracy >= RIGHT;
    return String.format(
        Locale.ROOT, "%s answer of %d tokens", right ? "right" : "wrong", completion.tokens());
  }
}
