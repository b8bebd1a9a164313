package io.vlmr1.reward.accuracy;

import io.vlmr1.data.Whitespace;
import io.vlmr1.reward.Score;
import io.vlmr1.reward.remote.ChatJudge;
import io.vlmr1.reward.text.Tags;
import java.util.List;
import java.util.Optional;

/**
 * `llm`: a judge model reads answer and truth. When it fails, equal text decides, and the failure
 * is counted.
 *
 * @param judge empty when the spec names none
 */
record JudgeMethod(Optional<ChatJudge> judge) implements AccuracyMethod {
  @Override
  public String name() {
    return "llm";
  }

  @Override
  public Score score(String completion, String solution) {
    return ask(List.of(question(completion, Tags.firstAnswerOrAll(solution))), false).get(0);
  }

  @Override
  public Score original(String completion, String solution) {
    return ask(List.of(originalQuestion(completion, solution)), true).get(0);
  }

  static ChatJudge.Question question(String completion, String truth) {
    return new ChatJudge.Question(Tags.lastAnswerOrAll(completion), truth);
  }

  /** Its code does not see the tags of a truth of several lines. */
  static ChatJudge.Question originalQuestion(String completion, String solution) {
    return question(completion, DefaultMethod.originalTruth(solution));
  }

  /** A score for each question. */
  List<Score> ask(List<ChatJudge.Question> questions, boolean anyNumber) {
    try {
      List<ChatJudge.Verdict> verdicts =
          judge.orElseThrow(() -> new IllegalStateException("no judge")).ask(questions);
      java.util.ArrayList<Score> scores = new java.util.ArrayList<>();
      for (int i = 0; i < verdicts.size(); i++) {
        scores.add(score(questions.get(i), verdicts.get(i), anyNumber));
      }
      return scores;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return java.util.Collections.nCopies(
          questions.size(), Score.failure("given up, the time was over"));
    }
  }

  private static Score score(
      ChatJudge.Question question, ChatJudge.Verdict verdict, boolean anyNumber) {
    boolean number = anyNumber && verdict.verdict().isPresent();
    if (number && !Double.isFinite(verdict.verdict().getAsDouble())) {
      return Score.failure(verdict.reason());
    }
    if (number || verdict.sound()) {
      return Score.of(verdict.verdict().getAsDouble(), verdict.reason());
    }
    boolean equal = Whitespace.strip(question.student()).equals(question.truth());
    return Score.of(
            equal ? 1 : 0,
            verdict.reason()
                + "; by text "
                + Tags.shown(question.student())
                + (equal ? " is " : " is not ")
                + Tags.shown(question.truth()))
        .afterFailure();
  }

  @Override
  public Optional<String> unusable(String solution) {
    return judge.isPresent()
        ? Optional.empty()
        : Optional.of(
            "method llm needs a judge; give the reward accuracy a url and a model in spec.rewards");
  }
}
