package io.vlmr1.cli.run;

import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.contract.WorkerEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Several processes of one pod, a GPU each, as torchrun starts them: the pod's first process starts
 * the others, hands SIGTERM on, and ends as the one does whose failure came first.
 */
public final class PodProcesses {
  private PodProcesses() {}

  /** Whether an environment is that of a pod with several processes, and not of one of them. */
  public static boolean wanted(Map<String, String> environment) {
    return environment.getOrDefault(WorkerEnvironment.LOCAL_RANK, "").isBlank()
        && environment.getOrDefault(WorkerEnvironment.RANK, "").isBlank()
        && count(environment) > 1;
  }

  private static int count(Map<String, String> environment) {
    return WorkerEnvironment.number(environment, WorkerEnvironment.NPROC_PER_NODE, 1);
  }

  /**
   * Runs them to their end.
   *
   * @return the last words of the one that failed first, or of one of them when all did their work
   */
  public static TerminationMessage run(Map<String, String> environment, String workerMain)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("vlmr1-ranks");
    List<Gang.Member> members = new ArrayList<>();
    for (int local = 0; local < count(environment); local++) {
      Path message = folder.resolve("termination-" + local + ".json");
      Map<String, String> own = new HashMap<>();
      own.put(WorkerEnvironment.LOCAL_RANK, Integer.toString(local));
      own.put(WorkerEnvironment.TERMINATION_LOG, message.toString());
      members.add(
          new Gang.Member("local rank " + local, Child.startBeside(workerMain, own), message));
    }
    Thread handOn = new Thread(() -> stop(members), "stop-signal");
    Runtime.getRuntime().addShutdownHook(handOn);
    Outcome outcome = new Gang(members).await(() -> false, () -> false);
    return outcome.succeeded()
        ? Gang.message(members.get(0).message()).orElseGet(TerminationMessage::done)
        : words(outcome);
  }

  /** SIGTERM has come: the kubelet's grace is the time that they have to save a checkpoint. */
  private static void stop(List<Gang.Member> members) {
    members.forEach(member -> member.child().terminate());
    try {
      Thread.sleep(Long.MAX_VALUE); // the main thread ends this process when they have ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static TerminationMessage words(Outcome outcome) {
    String text = outcome.failure().pod() + ": " + outcome.failure().message();
    return new TerminationMessage(
        outcome.exitCode(),
        Objects.requireNonNullElse(outcome.failure().reason(), Outcome.reason(outcome.exitCode())),
        text,
        null,
        null);
  }
}
