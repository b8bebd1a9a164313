package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.Progress.State;
import io.vlmr1.grpo.StepListener;
import io.vlmr1.report.CompletionsLog;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.report.RunLog;
import io.vlmr1.report.StepConsole;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What rank 0 tells the outside: log files, `/progress`, and lines on standard output. */
final class Telling implements StepListener, AutoCloseable {
  /** How often progress.json is written while steps are short. */
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

  private static final double SMOOTHING = 0.1;

  private final RunLog log;
  private final int attempt;
  private final int maxSteps;
  private final StepConsole console =
      new StepConsole(new PrintWriter(System.out, true, StandardCharsets.UTF_8), false);
  private int step;
  private Map<String, Double> last = Map.of();
  private @Nullable String checkpoint;
  private @Nullable Double secondsPerStep;
  private double seenTokens;
  private double stepTokens;
  private long lastTold;
  private @Nullable StepProfile profile;

  /** Tells of a training that goes on from somewhere. */
  Telling(RunLog log, int attempt, int maxSteps, Start start) {
    this.log = log;
    this.attempt = attempt;
    this.maxSteps = maxSteps;
    this.step = start.step();
    this.seenTokens = start.tokens();
    this.checkpoint = start.checkpoint() == null ? null : name(start.checkpoint());
    tell(State.LOADING);
  }

  /**
   * Where a training starts.
   *
   * @param step steps done before
   * @param tokens seen before
   * @param checkpoint folder that it goes on from; null at the start
   */
  record Start(int step, long tokens, @Nullable Path checkpoint) {}

  @Override
  public void explored(List<CompletionsLog.Entry> completions) {
    log.completions(completions);
  }

  @Override
  public void stepped(long done, Map<String, Double> metrics) {
    step = Math.toIntExact(done);
    last = metrics;
    double seconds = metrics.getOrDefault("step_time", 0.0);
    Double mean = secondsPerStep;
    secondsPerStep = mean == null ? seconds : mean + SMOOTHING * (seconds - mean);
    double tokens = metrics.getOrDefault("num_tokens", seenTokens);
    stepTokens = tokens - seenTokens;
    seenTokens = tokens;
    if (profile != null) {
      profile.add(metrics, stepTokens);
    }
    log.step(step, metrics);
    console.step(new MetricsLog.Step(step, metrics), maxSteps);
    if (profile != null) {
      profile.comparison(step == maxSteps).ifPresent(console::line);
    }
    if (System.nanoTime() - lastTold > PAUSE) {
      tell(State.TRAINING);
    }
  }

  @Override
  public void saving(long done) {
    tell(State.SAVING);
  }

  @Override
  public void saved(long done, String folder) {
    checkpoint = folder;
    tell(State.TRAINING);
  }

  /** Lines for whoever watches. */
  void lines(List<String> lines) {
    lines.forEach(console::line);
  }

  /** Tells what is planned, and from now on what comes of it. */
  void profile(StepProfile planned) {
    lines(planned.begin());
    profile = planned;
  }

  /** All steps are done and the final model is written. */
  void done() {
    tell(State.DONE);
  }

  private void tell(State state) {
    lastTold = System.nanoTime();
    Double seconds = last.get("step_time");
    Double pace = secondsPerStep;
    log.progress(
        new Progress(
            step,
            maxSteps,
            last.get("epoch"),
            last.get("reward"),
            last.get("loss"),
            last.get("kl"),
            last.get("completions/mean_length"),
            seconds == null ? null : (Double) (stepTokens / seconds),
            pace,
            pace == null ? null : (Long) Math.round(pace * (maxSteps - step)),
            checkpoint,
            attempt,
            state,
            Instant.now().toString(),
            profile == null ? null : profile.memory()));
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  @Override
  public void close() {
    console.close();
    log.close();
  }
}
