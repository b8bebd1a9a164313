package io.vlmr1.eval;

import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import io.vlmr1.reward.Completion;
import io.vlmr1.reward.Reward;
import io.vlmr1.reward.Score;
import java.util.LinkedHashMap;
import java.util.Map;

/** Any task whose rows a reward can score: right when the score is above a half. */
final class RewardJudge implements Judge {
  private final Reward reward;

  RewardJudge(Reward reward) {
    this.reward = reward;
  }

  @Override
  public String scoreName() {
    return "score";
  }

  @Override
  public Verdict judge(Row row, Answer answer) {
    Score score =
        reward.score(new Completion(answer.text(), answer.tokens(), row, answer.pictures()));
    double value = score.value().orElse(0);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ground_truth", row.solution());
    fields.put("score", value);
    fields.put("reason", score.reason());
    return new Verdict(value > 0.5, value, fields);
  }
}
