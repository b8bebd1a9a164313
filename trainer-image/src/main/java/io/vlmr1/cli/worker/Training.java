package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.ValidationSpec;
import io.vlmr1.checkpoint.Checkpoint;
import io.vlmr1.checkpoint.Checkpoints;
import io.vlmr1.checkpoint.Evaluated;
import io.vlmr1.checkpoint.SameJob;
import io.vlmr1.dist.Ranks;
import io.vlmr1.grpo.Best;
import io.vlmr1.grpo.HeldOut;
import io.vlmr1.grpo.StepListener;
import io.vlmr1.grpo.TrainingLoop;
import io.vlmr1.model.TrainableSummary;
import io.vlmr1.optim.Schedules;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.report.RunLog;
import io.vlmr1.tensor.Device;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A training from the job's file to the final model: the order in which its parts come to be. */
final class Training {
  private final WorkerSettings settings;
  private final GrpoJobSpec spec;
  private final StopSignal stop;
  private final Checkpoints checkpoints;
  private final ExecutorService background = Executors.newSingleThreadExecutor(Training::daemon);

  Training(WorkerSettings settings, StopSignal stop) {
    this.settings = settings;
    this.spec = settings.spec();
    this.stop = stop;
    this.checkpoints =
        new Checkpoints(
            settings.output(),
            new Checkpoints.Policy(
                spec.checkpoints().keep(),
                spec.checkpoints().weightsOnly(),
                settings.rendezvous().size(),
                SameJob.parts(spec),
                Evaluated.of(spec)));
  }

  /**
   * Runs. What may be wrong is looked at before anything is waited for or computed.
   *
   * @return whether all steps are done; else it was asked to stop and a checkpoint is saved
   */
  boolean run() {
    Optional<String> device = DeviceCheck.of(spec, Device.current());
    try (Prompts prompts = Prompts.open(settings)) {
      Lesson lesson = Lesson.of(settings, prompts);
      Optional<Checkpoint> from = checkpoints.newest();
      try (Ranks ranks = settings.rendezvous().meet()) {
        long first = from.map(checkpoint -> checkpoint.state().step()).orElse(0L);
        requireSame(ranks, first);
        List<MetricsLog.Step> past = past(ranks, first);
        StepProfile profile = StepProfile.before(settings, lesson, prompts);
        try (Telling telling = telling(ranks, lesson, from);
            Learner learner = Learner.open(settings, from, ranks, profile.activationBytes())) {
          if (telling != null) {
            telling.lines(device.stream().toList());
            telling.lines(TrainableSummary.of(learner.trained().model().parameters()).lines());
            telling.profile(profile);
          }
          return train(lesson, prompts, ranks, new Pupil(learner, from, past, telling));
        }
      }
    } finally {
      background.shutdownNow();
    }
  }

  private record Pupil(
      Learner learner,
      Optional<Checkpoint> from,
      List<MetricsLog.Step> past,
      @Nullable Telling telling) {}

  private boolean train(Lesson lesson, Prompts prompts, Ranks ranks, Pupil pupil) {
    Telling telling = pupil.telling();
    StepListener listener = telling == null ? StepListener.NONE : telling;
    try (Learner.Work work = pupil.learner().work(lesson, prompts, ranks, background, listener)) {
      TrainingLoop loop =
          new TrainingLoop(
              plan(lesson, pupil.from()),
              ranks,
              saver(pupil, ranks, listener),
              listener,
              validation(work, pupil.past()));
      stop.beginSteps();
      long done = loop.run(work.step(), stop::requested);
      boolean whole = done == lesson.steps() || loop.endedEarly();
      if (whole && telling != null) {
        checkpoints.finish(done);
        telling.done();
      }
      ranks.barrier(); // nobody leaves while rank 0 may still fail
      return whole;
    }
  }

  private TrainingLoop.@Nullable Validation validation(
      Learner.Work work, List<MetricsLog.Step> past) {
    ValidationSpec asked = spec.training().validation();
    HeldOut heldOut = work.heldOut();
    if (asked == null || heldOut == null) {
      return null;
    }
    Best best = new Best(asked, spec.method());
    past.forEach(step -> best.improves(step.step(), step.metrics()));
    return new TrainingLoop.Validation(heldOut, best);
  }

  /** Metrics of the steps before, as rank 0 finds them, on every rank. */
  private List<MetricsLog.Step> past(Ranks ranks, long first) {
    byte[] mine =
        ranks.rank() == 0 && first > 0
            ? MetricsLog.bytes(settings.output().metrics())
            : new byte[0];
    return MetricsLog.parse(ranks.gather(mine).get(0)).stream()
        .filter(step -> step.step() <= first)
        .toList();
  }

  private TrainingLoop.Plan plan(Lesson lesson, Optional<Checkpoint> from) {
    return new TrainingLoop.Plan(
        from.map(checkpoint -> checkpoint.state().step()).orElse(0L),
        from.map(checkpoint -> checkpoint.state().tokens()).orElse(0L),
        lesson.steps(),
        lesson.sampler().stepsPerEpoch(),
        Schedules.of(spec.optimizer(), lesson.steps()),
        spec.checkpoints().everySteps());
  }

  /** Rank 0 saves; the others' next collective waits for it. */
  private TrainingLoop.Saver saver(Pupil pupil, Ranks ranks, StepListener listener) {
    return ranks.rank() == 0
        ? new RankZero(pupil.learner(), listener)
        : (step, tokens, metrics) -> {};
  }

  private final class RankZero implements TrainingLoop.Saver {
    private final Learner learner;
    private final StepListener listener;

    RankZero(Learner learner, StepListener listener) {
      this.learner = learner;
      this.listener = listener;
    }

    @Override
    public void save(long step, long tokens, Map<String, Double> metrics) {
      Path folder =
          checkpoints.save(
              target -> learner.trained().save(settings, target),
              new Checkpoints.Contents(
                  step,
                  tokens,
                  learner.optimizer().steps(),
                  learner.contents(),
                  trainerState(step, metrics)));
      listener.saved(step, String.valueOf(folder.getFileName()));
    }

    @Override
    public void best(Best best) {
      checkpoints.best(best.step(), Map.of("metric", best.metric(), "value", best.value()));
    }
  }

  /** The fields of trainer_state.json that other tools look at. */
  private Map<String, Object> trainerState(long step, Map<String, Double> metrics) {
    Map<String, Object> last = new LinkedHashMap<>(metrics);
    last.put("step", step);
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("global_step", step);
    state.put("epoch", metrics.getOrDefault("epoch", 0.0));
    state.put("num_train_epochs", spec.training().epochs());
    state.put("log_history", List.of(last));
    return state;
  }

  /** Rank 0 tells; the others train in silence. */
  private @Nullable Telling telling(Ranks ranks, Lesson lesson, Optional<Checkpoint> from) {
    if (ranks.rank() != 0) {
      return null;
    }
    Manifest.write(settings, lesson);
    int step = from.map(checkpoint -> (int) checkpoint.state().step()).orElse(0);
    long tokens = from.map(checkpoint -> checkpoint.state().tokens()).orElse(0L);
    Path folder = from.map(Checkpoint::folder).orElse(null);
    return new Telling(
        RunLog.open(settings.output(), step, settings.progressPort())
            .with(Sinks.of(System.getenv(), settings, System.out::println)),
        settings.attempt(),
        Math.toIntExact(lesson.steps()),
        new Telling.Start(step, tokens, folder));
  }

  /** All ranks must go on from the same step: a volume may show them different things. */
  private static void requireSame(Ranks ranks, long step) {
    byte[] mine = ByteBuffer.allocate(8).putLong(step).array();
    for (byte[] other : ranks.gather(mine)) {
      if (ByteBuffer.wrap(other).getLong() != step) {
        throw new VlmR1Exception(
            ExitCode.BAD_CHECKPOINT,
            "rank %d finds a checkpoint of step %d where another rank finds one of step %d; give all workers the same output volume"
                .formatted(ranks.rank(), step, ByteBuffer.wrap(other).getLong()));
      }
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "background");
    thread.setDaemon(true);
    return thread;
  }
}
