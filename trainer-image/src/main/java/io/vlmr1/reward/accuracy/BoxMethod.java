package io.vlmr1.reward.accuracy;

import io.vlmr1.reward.Score;
import io.vlmr1.reward.boxes.PrecisionScore;
import io.vlmr1.reward.boxes.WeightedSum;
import java.util.List;
import java.util.Optional;

/** Methods for lists of boxes. */
final class BoxMethod {
  private BoxMethod() {}

  /** All of them. */
  static List<AccuracyMethod> all() {
    return List.of(
        new Precision("map", new PrecisionScore(false, false, false)),
        new Precision("od_ap", new PrecisionScore(true, false, false)),
        new Precision("od_ap50", new PrecisionScore(true, true, false)),
        new Precision("odLength", new PrecisionScore(true, false, true)),
        new Weighted());
  }

  private record Precision(String name, PrecisionScore rule) implements AccuracyMethod {
    @Override
    public Score score(String completion, String solution) {
      return rule.score(completion, solution, false);
    }

    @Override
    public Score original(String completion, String solution) {
      return rule.score(completion, solution, true);
    }

    @Override
    public Optional<String> unusable(String solution) {
      return rule.unusable(solution);
    }
  }

  private record Weighted() implements AccuracyMethod {
    @Override
    public String name() {
      return "weighted_sum";
    }

    @Override
    public Score score(String completion, String solution) {
      return WeightedSum.score(completion, solution, false);
    }

    @Override
    public Score original(String completion, String solution) {
      return WeightedSum.score(completion, solution, true);
    }

    @Override
    public Optional<String> unusable(String solution) {
      return WeightedSum.unusable(solution);
    }
  }
}
