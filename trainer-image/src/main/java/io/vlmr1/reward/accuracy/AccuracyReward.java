package io.vlmr1.reward.accuracy;

import io.vlmr1.data.Row;
import io.vlmr1.data.RowCheck;
import io.vlmr1.reward.Completion;
import io.vlmr1.reward.Reward;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Score;
import io.vlmr1.reward.remote.ChatJudge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares the answer with the truth by the method that the entry or the row names. */
public final class AccuracyReward implements Reward, RowCheck {
  private static final String JUDGED = "llm";

  /** Questions that a batch may ask before its time is over. */
  private static final int MOST_QUESTIONS = 256;

  private final String name;
  private final AccuracyMethods methods;
  private final Optional<String> method;
  private final boolean original;
  private final Duration limit;

  private AccuracyReward(RewardContext context, Optional<ChatJudge> judge) {
    this.name = context.spec().name();
    this.methods = new AccuracyMethods(judge);
    this.method = Optional.ofNullable(context.spec().method());
    this.original = context.spec().parity();
    this.limit = judge.map(asked -> asked.patience(MOST_QUESTIONS)).orElse(Duration.ofSeconds(10));
  }

  /** The reward of an entry; with a url it can ask a judge. */
  public static AccuracyReward of(RewardContext context) {
    return new AccuracyReward(
        context, Optional.ofNullable(context.spec().url()).map(url -> ChatJudge.of(context)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Duration limit() {
    return limit;
  }

  private String method(Row row) {
    return method.orElse(row.rewardMethod());
  }

  @Override
  public Score score(Completion completion) {
    Row row = completion.row();
    return methods
        .find(method(row))
        .map(
            found ->
                original
                    ? found.original(completion.text(), row.solution())
                    : found.score(completion.text(), row.solution()))
        .orElseGet(() -> Score.notApplicable("no method " + method(row)));
  }

  /** What a judge decides is asked at once. */
  @Override
  public List<Score> scores(List<Completion> completions) {
    List<ChatJudge.Question> questions = new ArrayList<>();
    for (Completion completion : completions) {
      if (method(completion.row()).equals(JUDGED)) {
        String solution = completion.row().solution();
        questions.add(
            original
                ? JudgeMethod.originalQuestion(completion.text(), solution)
                : JudgeMethod.question(
                    completion.text(), io.vlmr1.reward.text.Tags.firstAnswerOrAll(solution)));
      }
    }
    if (questions.isEmpty()) {
      return completions.stream().map(this::score).toList();
    }
    JudgeMethod judge = (JudgeMethod) methods.find(JUDGED).orElseThrow();
    List<Score> judged = judge.ask(questions, original);
    List<Score> scores = new ArrayList<>();
    int next = 0;
    for (Completion completion : completions) {
      boolean asked = method(completion.row()).equals(JUDGED);
      scores.add(asked ? judged.get(next++) : score(completion));
    }
    return scores;
  }

  @Override
  public boolean batched() {
    return methods.find(JUDGED).flatMap(found -> ((JudgeMethod) found).judge()).isPresent();
  }

  @Override
  public List<String> problems(Row row) {
    Optional<AccuracyMethod> found = methods.find(method(row));
    if (found.isEmpty()) {
      return AccuracyMethods.unknown(method(row)).map(List::of).orElse(List.of());
    }
    return found.get().unusable(row.solution()).map(List::of).orElse(List.of());
  }
}
