package io.vlmr1.cli.run;

import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.v1alpha1.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The worker processes of one attempt: they start together, and when one ends badly all end. */
final class Gang {
  private static final long POLL_MILLISECONDS = 100;
  private static final long ECHO_MILLISECONDS = 3_000;
  private static final long GRACE_MILLISECONDS = 60_000;
  private static final int LOG_LINES = 20;

  private final List<Member> members;

  Gang(List<Member> members) {
    this.members = List.copyOf(members);
  }

  /**
   * A worker.
   *
   * @param name as messages call it: `rank 1`
   * @param child the process
   * @param message where it leaves its last error
   */
  record Member(String name, Child child, Path message) {}

  /**
   * Waits until all have ended.
   *
   * @param stalled asked ten times a second; true ends the gang as a failure
   * @param enough asked as often; true has the gang save a checkpoint and end, which is a success
   */
  Outcome await(BooleanSupplier stalled, BooleanSupplier enough) throws InterruptedException {
    while (true) {
      List<Member> ended = members.stream().filter(member -> !member.child().alive()).toList();
      Optional<Member> failed =
          ended.stream().filter(member -> member.child().exitCode() != 0).findFirst();
      if (failed.isPresent()) {
        return failure();
      }
      if (ended.size() == members.size()) {
        return Outcome.success();
      }
      if (stalled.getAsBoolean()) {
        return stall();
      }
      if (enough.getAsBoolean()) {
        stop();
        return Outcome.success();
      }
      // asked again, all might have ended by now
      Member waited = members.stream().filter(member -> !ended.contains(member)).findFirst().get();
      waited.child().await(POLL_MILLISECONDS);
    }
  }

  /** SIGTERM to all, then, when the time for a checkpoint is over, SIGKILL. */
  void stop() {
    members.forEach(member -> member.child().terminate());
    awaitAll(GRACE_MILLISECONDS);
    members.forEach(member -> member.child().kill());
    awaitAll(GRACE_MILLISECONDS);
  }

  /**
   * The others notice the loss by themselves; the root cause is the one that is not such an echo.
   */
  private Outcome failure() {
    awaitAll(ECHO_MILLISECONDS);
    List<Outcome> outcomes = new ArrayList<>();
    for (Member member : members) {
      if (!member.child().alive() && member.child().exitCode() != 0) {
        outcomes.add(outcome(member));
      }
    }
    members.forEach(member -> member.child().kill());
    awaitAll(GRACE_MILLISECONDS);
    return outcomes.stream().filter(outcome -> !outcome.echo()).findFirst().orElse(outcomes.get(0));
  }

  private Outcome stall() {
    Member first = members.get(0);
    members.forEach(member -> member.child().kill());
    awaitAll(GRACE_MILLISECONDS);
    String log = String.join("\n", first.child().lastLines(LOG_LINES));
    return new Outcome(
        1,
        new Failure(
            first.name(),
            null,
            1,
            "Stalled",
            "no step within restartPolicy.stallTimeoutSeconds",
            log));
  }

  private static Outcome outcome(Member member) {
    int code = member.child().exitCode();
    Optional<TerminationMessage> left = message(member.message());
    List<String> log = member.child().lastLines(LOG_LINES);
    String said =
        left.flatMap(end -> Optional.ofNullable(end.message()))
            .orElseGet(
                () ->
                    "ended with "
                        + code
                        + (log.isEmpty() ? "" : ": " + log.get(log.size() - 1))
                        + member
                            .child()
                            .log()
                            .map(all -> " (all of it in " + all + ")")
                            .orElse(""));
    String reason = left.map(TerminationMessage::reason).orElse(Outcome.reason(code));
    return new Outcome(
        code, new Failure(member.name(), null, code, reason, said, String.join("\n", log)));
  }

  /** The last words that a process left in its file, if it left any. */
  static Optional<TerminationMessage> message(Path file) {
    try {
      return Files.exists(file)
          ? TerminationMessage.parse(Files.readString(file))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // its log says more
    }
  }

  private void awaitAll(long milliseconds) {
    long end = System.nanoTime() + milliseconds * 1_000_000;
    try {
      for (Member member : members) {
        member.child().await(Math.max(0, (end - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
