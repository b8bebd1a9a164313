package io.vlmr1.cli.run;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.CheckpointEvaluation;
import io.vlmr1.api.v1alpha1.Engine;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.EvaluationStatus.State;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.report.StepConsole;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A GrpoJob from its file to its evaluations on this machine: prepare, attempts until one completes
 * or the restart policy gives up, evaluations, status. Into the same folder again it goes on where
 * it stopped.
 */
public final class LocalRun {
  private final RunSettings settings;
  private final StepConsole console;
  private final Launcher launcher;
  private final BooleanSupplier enough;
  private final StatusFile status;
  private volatile boolean stopping;
  private volatile @Nullable Gang running;

  private LocalRun(RunSettings settings, StepConsole console, BooleanSupplier enough) {
    this.settings = settings;
    this.console = console;
    this.enough = enough;
    this.launcher = new Launcher(settings);
    this.status =
        new StatusFile(
            settings.output(), Restarts.none(settings.spec().restartPolicy()), Clock.systemUTC());
  }

  /**
   * Runs the job to its end.
   *
   * @return 0, or the contract's exit code of what failed
   */
  public static int run(RunSettings settings, StepConsole console) throws Exception {
    return run(settings, console, () -> false);
  }

  /**
   * As {@link #run(RunSettings, StepConsole)}, but training may end before its last step.
   *
   * @param enough asked ten times a second while workers train; true ends training after a
   *     checkpoint, without evaluations
   */
  public static int run(RunSettings settings, StepConsole console, BooleanSupplier enough)
      throws Exception {
    Preparation.check(settings);
    try (var lock = Preparation.lock(settings.output().root())) {
      Preparation.layOut(settings);
      return new LocalRun(settings, console, enough).runLocked();
    }
  }

  private int runLocked() throws InterruptedException {
    Thread stop = new Thread(this::stop, "stop");
    Runtime.getRuntime().addShutdownHook(stop); // Ctrl-C and SIGTERM
    Outcome outcome = complete() ? Outcome.success() : train();
    boolean whole = settings.output().isFinal();
    for (Evaluation evaluation : settings.spec().evaluations()) {
      if (!outcome.succeeded() || stopping || !whole) {
        break;
      }
      outcome = evaluate(evaluation);
    }
    if (stopping) {
      return ExitCode.TERMINATED.code(); // the hook writes the status
    }
    if (outcome.succeeded() && whole) {
      status.succeeded();
    } else if (outcome.succeeded()) {
      status.suspended();
    } else {
      status.failed(outcome.failure());
      console.line("error: " + describe(outcome));
    }
    console.close();
    Runtime.getRuntime().removeShutdownHook(stop);
    return outcome.exitCode();
  }

  /** Whether an earlier run into this folder trained to the end. */
  private boolean complete() {
    boolean complete =
        settings.output().isFinal()
            && StatusFile.read(settings.output())
                .map(GrpoJobStatus::phase)
                .filter(phase -> phase == Phase.SUCCEEDED || phase == Phase.EVALUATING)
                .isPresent();
    if (complete) {
      console.line("training in " + settings.output().root() + " is complete");
    }
    return complete;
  }

  private Outcome train() throws InterruptedException {
    Restarts restarts = Restarts.none(settings.spec().restartPolicy());
    while (true) {
      Outcome outcome = attempt();
      if (outcome.succeeded() || stopping) {
        return outcome;
      }
      Optional<Restarts> next = restarts.after(outcome);
      if (next.isEmpty()) {
        return outcome;
      }
      restarts = next.get();
      status.restarting(restarts, outcome.failure());
      Duration wait = restarts.backoff();
      console.line(
          describe(outcome)
              + "; all workers start again from the newest checkpoint"
              + (wait.isZero() ? "" : " in " + wait.toSeconds() + " s"));
      Thread.sleep(wait.toMillis());
    }
  }

  private Outcome attempt() throws InterruptedException {
    int number = status.nextAttempt();
    Watch watch =
        new Watch(
            settings.output(),
            console,
            settings.spec().restartPolicy().stallTimeoutSeconds(),
            System::nanoTime);
    int from = newestCheckpoint(settings.output());
    status.started(number, from);
    console.line(
        "attempt "
            + number
            + ": "
            + settings.spec().worldSize()
            + " workers, "
            + settings.threads(settings.spec().worldSize())
            + " threads each, from step "
            + from
            + ", logs in "
            + settings.output().root().resolve("logs/attempt-" + number));
    Outcome outcome = await(launcher.train(number), watch, enough);
    watch.look();
    status.ended(outcome.succeeded() ? "Completed" : describe(outcome));
    return outcome;
  }

  /**
   * A server beside an evaluation is the cluster's; without it the training's own result stands.
   */
  private Outcome evaluate(Evaluation evaluation) throws InterruptedException {
    String name = evaluation.name();
    if (evaluation.engine() != Engine.OWN) {
      String why = "its server runs on a cluster only; vlmr1 eval --server asks one of yours";
      console.line("evaluation " + name + ": " + why);
      status.evaluation(new EvaluationStatus(name, State.FAILED, Map.of(), why));
      return Outcome.success();
    }
    List<CheckpointEvaluation> done = new ArrayList<>();
    Outcome outcome = Outcome.success();
    for (String model : models(evaluation)) {
      if (outcome.succeeded() && !stopping) {
        outcome = evaluate(evaluation, model, done);
      }
    }
    return outcome;
  }

  /** On a laptop checkpoints are looked at when training is over, the newest as the final model. */
  private List<String> models(Evaluation evaluation) {
    List<String> all = new ArrayList<>();
    if (evaluation.when() == Evaluation.When.EVERY_CHECKPOINT) {
      checkpoints(settings.output()).headSet(newestCheckpoint(settings.output()), false).stream()
          .map(step -> String.valueOf(settings.output().checkpoint(step).getFileName()))
          .forEach(all::add);
    }
    all.add(OutputLayout.FINAL);
    return all;
  }

  private Outcome evaluate(Evaluation evaluation, String model, List<CheckpointEvaluation> done)
      throws InterruptedException {
    boolean every = evaluation.when() == Evaluation.When.EVERY_CHECKPOINT;
    String what = "evaluation " + evaluation.name() + (every ? " of " + model : "");
    console.line(what + ": " + evaluation.dataset().path());
    tell(evaluation, new CheckpointEvaluation(model, State.RUNNING, Map.of(), null), done);
    Outcome outcome = await(launcher.evaluate(evaluation.name(), model), () -> false, () -> false);
    if (outcome.succeeded()) {
      Map<String, Double> metrics =
          EvaluationFile.metrics(settings.output().evaluation(evaluation.name(), model));
      console.line(what + ": " + EvaluationFile.words(metrics));
      tell(evaluation, new CheckpointEvaluation(model, State.SUCCEEDED, metrics, null), done);
    } else if (!stopping) {
      String why = describe(outcome);
      tell(evaluation, new CheckpointEvaluation(model, State.FAILED, Map.of(), why), done);
    }
    return outcome;
  }

  private void tell(
      Evaluation evaluation, CheckpointEvaluation now, List<CheckpointEvaluation> done) {
    done.removeIf(old -> old.checkpoint().equals(now.checkpoint()));
    done.add(now);
    status.evaluation(
        new EvaluationStatus(
            evaluation.name(),
            now.state(),
            now.metrics(),
            now.message(),
            evaluation.when() == Evaluation.When.EVERY_CHECKPOINT ? done : List.of()));
  }

  private Outcome await(Gang gang, BooleanSupplier stalled, BooleanSupplier done)
      throws InterruptedException {
    running = gang;
    try {
      if (stopping) {
        gang.stop();
      }
      return gang.await(stalled, done);
    } finally {
      running = null;
    }
  }

  /** Runs while the JVM ends: workers save and end before it does. */
  private void stop() {
    stopping = true;
    Gang gang = running;
    if (gang != null) {
      console.line("stopping: the workers save a checkpoint; the same command goes on from there");
      gang.stop();
    }
    status.suspended();
  }

  private static String describe(Outcome outcome) {
    return outcome.failure().pod()
        + " failed with "
        + outcome.exitCode()
        + " ("
        + outcome.failure().reason()
        + "): "
        + Objects.requireNonNullElse(outcome.failure().message(), "");
  }

  private static int newestCheckpoint(OutputLayout output) {
    NavigableSet<Integer> steps = checkpoints(output);
    return steps.isEmpty() ? 0 : steps.last();
  }

  private static NavigableSet<Integer> checkpoints(OutputLayout output) {
    String[] names = output.checkpoints().toFile().list();
    NavigableSet<Integer> steps = new TreeSet<>();
    for (String name : names == null ? new String[0] : names) {
      OutputLayout.step(name).ifPresent(steps::add);
    }
    return steps;
  }
}
