package io.vlmr1.grpo;

import ai.djl.training.tracker.Tracker;
import io.vlmr1.dist.Ranks;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Steps, metrics and checkpoints from one step to the last, or until somebody asks to stop. */
public final class TrainingLoop {
  private final Plan plan;
  private final Ranks ranks;
  private final Saver saver;
  private final StepListener listener;

  /**
   * How far and how.
   *
   * @param firstStep steps done before; 0 at the start
   * @param tokens seen before
   * @param steps in all
   * @param stepsPerEpoch optimizer steps in a pass over the data
   * @param learningRate of each step, counted from 0
   * @param saveEvery steps between checkpoints
   */
  public record Plan(
      long firstStep,
      long tokens,
      long steps,
      double stepsPerEpoch,
      Tracker learningRate,
      int saveEvery) {}

  /** Saves a checkpoint; every rank is asked, rank 0 does it. */
  public interface Saver {
    /** After a step, counted from 1, with its metrics. */
    void save(long step, long tokens, Map<String, Double> metrics);
  }

  /** A loop; every rank runs it with the same plan. */
  public TrainingLoop(Plan plan, Ranks ranks, Saver saver, StepListener listener) {
    this.plan = plan;
    this.ranks = ranks;
    this.saver = saver;
    this.listener = listener;
  }

  /**
   * Runs.
   *
   * @param stopRequested asked after each step; a yes on any rank stops all of them after a
   *     checkpoint
   * @return steps done in all: fewer than planned when it was stopped
   */
  public long run(TrainingStep step, BooleanSupplier stopRequested) {
    long tokens = plan.tokens();
    long due = 0;
    for (long done = plan.firstStep(); done < plan.steps(); ) {
      long started = System.nanoTime();
      double learningRate = plan.learningRate().getNewValue(Math.toIntExact(done));
      Map<String, Double> metrics = step.run(done, learningRate);
      done++;
      Double seen = metrics.remove(StepListener.TOKENS);
      tokens += seen == null ? 0 : seen.longValue();
      metrics.put("learning_rate", learningRate);
      metrics.put("epoch", done / plan.stepsPerEpoch());
      metrics.put("num_tokens", (double) tokens);
      metrics.put("step_time", (System.nanoTime() - started) / 1e9);
      listener.stepped(done, metrics);
      boolean stop = anywhere(stopRequested.getAsBoolean());
      due = done % plan.saveEvery() == 0 || stop || done == plan.steps() ? done : due;
      // a chunk of completions is used up before anything is saved: it could not be sampled again
      if (due > 0 && (step.resumableAfter(done - 1) || done == plan.steps())) {
        listener.saving(done);
        saver.save(done, tokens, metrics);
        due = 0;
        if (stop) {
          return done;
        }
      }
    }
    return plan.steps();
  }

  /** Whether any rank says yes; the same answer on each. */
  private boolean anywhere(boolean mine) {
    return ranks.gather(new byte[] {(byte) (mine ? 1 : 0)}).stream().anyMatch(b -> b[0] == 1);
  }
}
