package io.vlmr1.operator.progress;

import io.vlmr1.api.contract.Progress;
import io.vlmr1.operator.observe.ProgressSeen;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one attempt has answered so far. */
final class Watch {
  private static final int SILENT = 6;
  private static final int PATIENCE = 3;
  private static final Pattern STEP = Pattern.compile("\\d{1,9}$");

  final int attempt;
  final URI uri;
  private final Clock clock;
  private final Instant begun;
  private @Nullable Instant asked;
  private volatile @Nullable ProgressSeen seen;

  Watch(int attempt, URI uri, Clock clock) {
    this.attempt = attempt;
    this.uri = uri;
    this.clock = clock;
    this.begun = clock.instant();
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
      seen = new ProgressSeen(answer, start(answer), since(answer));
      return true;
    }
    Progress before = old.latest();
    boolean moved = before.step() != answer.step() || before.state() != answer.state();
    seen = new ProgressSeen(answer, old.firstStep(), moved ? clock.instant() : old.movedAt());
    return moved
        || before.maxSteps() != answer.maxSteps()
        || !Objects.equals(before.reward(), answer.reward())
        || !Objects.equals(before.latestCheckpoint(), answer.latestCheckpoint());
  }

  /** Where the attempt went on: it has not moved yet, or its checkpoint tells. */
  private static int start(Progress first) {
    if (first.state() == Progress.State.LOADING) {
      return first.step();
    }
    Matcher number = STEP.matcher(Objects.requireNonNullElse(first.latestCheckpoint(), ""));
    return number.find() ? Integer.parseInt(number.group()) : 0;
  }

  /**
   * Whether it is time to ask: every second while it loads, or a short training would end unseen;
   * once a period when it trains. One that has not answered yet is asked again after a third of the
   * time that it is silent, up to six periods: a thousand that start, or never answer, cost little.
   */
  synchronized boolean due(Duration period) {
    Instant now = clock.instant();
    return asked == null || !now.isBefore(asked.plus(pause(now, period)));
  }

  /** A question is sent. */
  synchronized void ask() {
    asked = clock.instant();
  }

  /** When the last question was sent; long ago when there was none. */
  synchronized Instant lastAsked() {
    return Objects.requireNonNullElse(asked, Instant.MIN);
  }

  private Duration pause(Instant now, Duration period) {
    if (trains()) {
      return period;
    }
    if (seen != null) {
      return Duration.ZERO;
    }
    Duration longest = period.multipliedBy(SILENT);
    Duration third = Duration.between(begun, now).dividedBy(PATIENCE);
    return third.compareTo(longest) < 0 ? third : longest;
  }

  private boolean trains() {
    return seen().map(known -> known.latest().state() != Progress.State.LOADING).orElse(false);
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
