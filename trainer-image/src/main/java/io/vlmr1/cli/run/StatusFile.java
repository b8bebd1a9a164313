package io.vlmr1.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * status.json: the status that the operator would show, of a run on this machine. Safe for use by
 * several threads.
 */
final class StatusFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final int ATTEMPTS = 10;

  private final OutputLayout output;
  private final Clock clock;
  private final List<Attempt> attempts;
  private final List<EvaluationStatus> evaluations = new ArrayList<>();
  private final int attemptsBefore;
  private final String startTime;
  private Restarts restarts;
  private @Nullable Failure failure;

  /** Goes on from the status that an earlier run left in the folder. */
  StatusFile(OutputLayout output, Restarts restarts, Clock clock) {
    this.output = output;
    this.clock = clock;
    this.restarts = restarts;
    Optional<GrpoJobStatus> before = read(output);
    this.attempts = new ArrayList<>(before.map(GrpoJobStatus::attempts).orElse(List.of()));
    this.attemptsBefore = before.map(GrpoJobStatus::attempt).orElse(0);
    this.startTime = before.map(GrpoJobStatus::startTime).orElseGet(() -> now());
  }

  /** The status that a folder holds. */
  static Optional<GrpoJobStatus> read(OutputLayout output) {
    try {
      return Files.exists(output.status())
          ? Optional.of(JSON.readValue(output.status().toFile(), GrpoJobStatus.class))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Number of the next attempt; attempts of earlier runs into the same folder count. */
  synchronized int nextAttempt() {
    return Math.max(
            attemptsBefore, attempts.isEmpty() ? 0 : attempts.get(attempts.size() - 1).number())
        + 1;
  }

  synchronized void started(int attempt, int fromStep) {
    attempts.add(new Attempt(attempt, now(), null, fromStep, null, null));
    if (attempts.size() > ATTEMPTS) {
      attempts.remove(0);
    }
    write(Phase.RUNNING);
  }

  synchronized void ended(String cause) {
    Attempt last = attempts.remove(attempts.size() - 1);
    Integer step = Watch.progress(output).map(Progress::step).orElse(null);
    attempts.add(new Attempt(last.number(), last.start(), now(), last.firstStep(), step, cause));
  }

  synchronized void restarting(Restarts now, Failure why) {
    restarts = now;
    failure = why;
    write(Phase.RESTARTING);
  }

  synchronized void evaluation(EvaluationStatus status) {
    evaluations.removeIf(known -> known.name().equals(status.name()));
    evaluations.add(status);
    write(Phase.EVALUATING);
  }

  synchronized void failed(Failure why) {
    failure = why;
    write(Phase.FAILED);
  }

  synchronized void succeeded() {
    failure = null;
    write(Phase.SUCCEEDED);
  }

  synchronized void suspended() {
    write(Phase.SUSPENDED);
  }

  /** The status as it would be written now. */
  synchronized GrpoJobStatus status(Phase phase) {
    Optional<Progress> progress = Watch.progress(output);
    boolean over = phase == Phase.SUCCEEDED || phase == Phase.FAILED;
    return new GrpoJobStatus(
        null,
        phase,
        List.of(),
        progress.map(Progress::step).orElse(null),
        progress.map(Progress::maxSteps).orElse(null),
        progress.map(Progress::epoch).orElse(null),
        progress.map(Progress::reward).orElse(null),
        attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).number(),
        restarts.failures(),
        restarts.disruptions(),
        null,
        startTime,
        over ? now() : null,
        null,
        failure,
        attempts,
        evaluations,
        null,
        progress.map(Progress::latestCheckpoint).orElse(null),
        null);
  }

  private void write(Phase phase) {
    Path partial = output.root().resolve(".status.json.partial");
    try {
      Files.writeString(
          partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(status(phase)) + "\n");
      Files.move(
          partial,
          output.status(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw Preparation.notWritable(output.root(), e);
    }
  }

  private String now() {
    return Objects.requireNonNull(clock).instant().toString();
  }
}
