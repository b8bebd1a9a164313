package io.vlmr1.grpo;

import ai.djl.training.tracker.Tracker;
import io.vlmr1.dist.Ranks;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Steps, metrics and checkpoints from one step to the last, or until somebody asks to stop. */
public final class TrainingLoop {
  private final Plan plan;
  private final Ranks ranks;
  private final Saver saver;
  private final StepListener listener;
  private final @Nullable Validation validation;
  private boolean enough;
  private boolean validationDue;

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

    /** The checkpoint of this step is the best so far: it stays. */
    default void best(Best best) {}
  }

  /**
   * What is looked at besides the steps.
   *
   * @param heldOut measures
   * @param best compares
   */
  public record Validation(HeldOut heldOut, Best best) {}

  /** A loop without validation; every rank runs it with the same plan. */
  public TrainingLoop(Plan plan, Ranks ranks, Saver saver, StepListener listener) {
    this(plan, ranks, saver, listener, null);
  }

  /** A loop; every rank runs it with the same plan. */
  public TrainingLoop(
      Plan plan, Ranks ranks, Saver saver, StepListener listener, @Nullable Validation validation) {
    this.validation = validation;
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
      // a chunk of completions is used up before anything is saved: it could not be sampled again
      boolean resumable = step.resumableAfter(done - 1) || done == plan.steps();
      boolean best = validate(done, resumable, metrics);
      listener.stepped(done, metrics);
      boolean stop = anywhere(stopRequested.getAsBoolean());
      boolean save = done % plan.saveEvery() == 0 || stop || best || enough;
      due = save || done == plan.steps() ? done : due;
      if (due > 0 && resumable) {
        listener.saving(done);
        saver.save(done, tokens, metrics);
        if (best && validation != null) {
          saver.best(validation.best());
        }
        due = 0;
        if (stop || enough) {
          return done;
        }
      }
    }
    return plan.steps();
  }

  /** Whether validation, not a request, ended the loop before its last step. */
  public boolean endedEarly() {
    return enough;
  }

  /**
   * Validates when it is due, at steps that a checkpoint can be made of; answers whether the model
   * is the best so far.
   */
  private boolean validate(long done, boolean resumable, Map<String, Double> metrics) {
    Validation looked = validation;
    if (looked == null || !resumable) {
      return false;
    }
    validationDue |= looked.best().due(done, plan.steps());
    if (!validationDue) {
      return false;
    }
    validationDue = false;
    long started = System.nanoTime();
    metrics.putAll(looked.heldOut().measure());
    metrics.put("eval/time", (System.nanoTime() - started) / 1e9);
    boolean best = looked.best().improves(done, metrics);
    enough = looked.best().enough();
    return best;
  }

  /** Whether any rank says yes; the same answer on each. */
  private boolean anywhere(boolean mine) {
    return ranks.gather(new byte[] {(byte) (mine ? 1 : 0)}).stream().anyMatch(b -> b[0] == 1);
  }
}
