package io.vlmr1.eval;

import io.vlmr1.data.PythonRandom;
import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import io.vlmr1.eval.Judge.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Puts rows to a model and counts the right answers, as VLM-R1's scripts do. */
public final class Evaluator {
  /** VLM-R1 shuffles every set with this seed before it takes the first rows. */
  private static final long SHUFFLE_SEED = 42;

  private final Answerer answerer;
  private final Judge judge;
  private final int batch;

  /**
   * An evaluation.
   *
   * @param batch rows decoded together
   */
  public Evaluator(Answerer answerer, Judge judge, int batch) {
    this.answerer = answerer;
    this.judge = judge;
    this.batch = batch;
  }

  /**
   * A row with its answer.
   *
   * @param row what was asked
   * @param answer what the model said
   * @param verdict what that is worth
   */
  public record Answered(Row row, Answer answer, Verdict verdict) {}

  /**
   * All answers and what they add up to.
   *
   * @param answered in the order in which they were asked
   * @param metrics accuracy, the mean score under its name, mean_length (tokens), rows
   */
  public record Outcome(List<Answered> answered, Map<String, Double> metrics) {}

  /** The rows that count: shuffled as Python shuffles with seed 42, then the first so many. */
  public static List<Row> choose(List<Row> rows, int most) {
    int[] order = new PythonRandom(SHUFFLE_SEED).permutation(rows.size());
    return IntStream.of(order).limit(most).mapToObj(rows::get).toList();
  }

  /**
   * Asks all rows.
   *
   * @param progress told the number of rows done after each batch
   */
  public Outcome run(List<Row> rows, IntConsumer progress) {
    List<Answered> answered = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += batch) {
      List<Row> part = rows.subList(from, Math.min(rows.size(), from + batch));
      List<Answer> answers = answerer.answer(part);
      for (int i = 0; i < part.size(); i++) {
        Verdict verdict = judge.judge(part.get(i), answers.get(i));
        answered.add(new Answered(part.get(i), answers.get(i), verdict));
      }
      progress.accept(answered.size());
    }
    return new Outcome(List.copyOf(answered), metrics(answered));
  }

  private Map<String, Double> metrics(List<Answered> answered) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(
        "accuracy", mean(answered.stream().map(a -> a.verdict().correct() ? 1.0 : 0.0).toList()));
    metrics.put(judge.scoreName(), mean(answered.stream().map(a -> a.verdict().score()).toList()));
    metrics.put(
        "mean_length", mean(answered.stream().map(a -> (double) a.answer().tokens()).toList()));
    metrics.putAll(
        judge.metrics(
            answered.stream().map(Answered::row).toList(),
            answered.stream().map(Answered::answer).toList()));
    metrics.put("rows", (double) answered.size());
    return metrics;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }
}
