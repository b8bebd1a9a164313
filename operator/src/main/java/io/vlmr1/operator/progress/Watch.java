package io.vlmr1.operator.progress;

import io.vlmr1.api.contract.Progress;
import io.vlmr1.operator.observe.ProgressSeen;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one attempt has answered so far. */
final class Watch {
  final int attempt;
  final URI uri;
  private final Clock clock;
  private volatile @Nullable ProgressSeen seen;

  Watch(int attempt, URI uri, Clock clock) {
    this.attempt = attempt;
    this.uri = uri;
    this.clock = clock;
  }

  Optional<ProgressSeen> seen() {
    return Optional.ofNullable(seen);
  }

  /** Whether the answer says something new. */
  synchronized boolean take(Progress answer) {
    if (answer.attempt() != attempt) {
      return false; // the address belongs to another pod by now
    }
    ProgressSeen old = seen;
    if (old == null) {
      seen = new ProgressSeen(answer, answer.step(), since(answer));
      return true;
    }
    Progress before = old.latest();
    boolean moved = before.step() != answer.step() || before.state() != answer.state();
    int first = before.state() == Progress.State.LOADING ? answer.step() : old.firstStep();
    seen = new ProgressSeen(answer, first, moved ? clock.instant() : old.movedAt());
    return moved
        || before.maxSteps() != answer.maxSteps()
        || !Objects.equals(before.reward(), answer.reward())
        || !Objects.equals(before.latestCheckpoint(), answer.latestCheckpoint());
  }

  /** For an operator that was started later, the worker's own time of its last move counts. */
  private Instant since(Progress answer) {
    Instant now = clock.instant();
    try {
      Instant told = Instant.parse(Objects.requireNonNullElse(answer.updatedAt(), ""));
      return told.isBefore(now) ? told : now;
    } catch (DateTimeException e) {
      return now;
    }
  }
}
