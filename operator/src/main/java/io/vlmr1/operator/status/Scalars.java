package io.vlmr1.operator.status;

import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.operator.observe.Observed;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The numbers of a status, from what rank 0 tells and what it leaves behind. */
final class Scalars {
  private Scalars() {}

  static void copy(Observed seen, Draft draft) {
    draft.workersReady = seen.atWork() + "/" + seen.wanted();
    seen.progress()
        .ifPresent(asked -> copy(seen.attempt(), asked.latest(), asked.firstStep(), draft));
    lastWords(seen).ifPresent(latest -> copy(seen.attempt(), latest, null, draft));
  }

  /** What rank 0 left behind when it ended: nobody may have asked it before. */
  private static Optional<Progress> lastWords(Observed seen) {
    return seen.workers().stream()
        .flatMap(pod -> pod.ended().stream())
        .flatMap(exit -> TerminationMessage.parse(exit.message()).stream())
        .flatMap(words -> Stream.ofNullable(words.progress()))
        .filter(progress -> progress.attempt() == seen.attempt())
        .findFirst();
  }

  private static void copy(int attempt, Progress latest, @Nullable Integer firstStep, Draft draft) {
    if (latest.state() == Progress.State.LOADING) {
      return; // the last attempt's numbers say more than those of a worker that is starting
    }
    draft.step = latest.step();
    draft.maxSteps = latest.maxSteps();
    draft.epoch = latest.epoch() == null ? draft.epoch : latest.epoch();
    draft.reward = latest.reward() == null ? draft.reward : latest.reward();
    draft.eta = eta(latest.etaSeconds());
    if (latest.latestCheckpoint() != null) {
      draft.latestCheckpoint = latest.latestCheckpoint();
    }
    draft.memory = latest.memory() == null ? draft.memory : memory(latest.memory());
    draft.moved(attempt, firstStep, latest.step());
  }

  private static String memory(Progress.Memory memory) {
    return "%dMi, planned %dMi".formatted(memory.peakBytes() >> 20, memory.plannedBytes() >> 20);
  }

  /** Whole minutes from an hour on, whole seconds below: 1h20m, 3m05s, 40s. */
  static @Nullable String eta(@Nullable Long seconds) {
    if (seconds == null) {
      return null;
    }
    Duration left = Duration.ofSeconds(seconds);
    if (left.toHours() > 0) {
      return String.format("%dh%02dm", left.toHours(), left.toMinutesPart());
    }
    return left.toMinutes() > 0
        ? String.format("%dm%02ds", left.toMinutes(), left.toSecondsPart())
        : left.toSeconds() + "s";
  }
}
