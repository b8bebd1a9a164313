package io.vlmr1.cli.run;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.contract.WorkerEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts workers with the environment of the contract: for each process what a pod has on a
 * cluster.
 */
final class Launcher {
  private final RunSettings settings;

  Launcher(RunSettings settings) {
    this.settings = settings;
  }

  /** The workers of an attempt, started together on a port of their own. */
  Gang train(int attempt) {
    int processes = settings.spec().worldSize();
    Map<String, String> common = common(attempt, processes);
    common.put(WorkerEnvironment.ROLE, WorkerEnvironment.ROLE_TRAIN);
    Path logs = settings.output().root().resolve("logs").resolve("attempt-" + attempt);
    List<Gang.Member> members = new ArrayList<>();
    for (int rank = 0; rank < processes; rank++) {
      Map<String, String> own = new LinkedHashMap<>(common);
      own.put(WorkerEnvironment.LOCAL_RANK, Integer.toString(rank));
      own.put(WorkerEnvironment.RANK, Integer.toString(rank));
      members.add(member("rank " + rank, own, logs.resolve("rank-" + rank)));
    }
    return new Gang(members);
  }

  /** One process that evaluates a checkpoint, or the final model. */
  Gang evaluate(String evaluation, String checkpoint) {
    Map<String, String> environment = common(1, 1);
    environment.put(WorkerEnvironment.ROLE, WorkerEnvironment.ROLE_EVALUATE);
    environment.put(WorkerEnvironment.EVALUATION, evaluation);
    environment.put(WorkerEnvironment.CHECKPOINT, checkpoint);
    environment.put(WorkerEnvironment.LOCAL_RANK, "0");
    environment.put(WorkerEnvironment.RANK, "0");
    Path logs = settings.output().root().resolve("logs");
    return new Gang(
        List.of(
            member(
                "evaluation " + evaluation,
                environment,
                logs.resolve("evaluation-" + evaluation))));
  }

  private Map<String, String> common(int attempt, int world) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (EnvVar variable : settings.spec().workers().env()) {
      if (variable.getValue() != null) {
        environment.put(variable.getName(), variable.getValue());
      }
    }
    environment.put(WorkerEnvironment.MASTER_ADDR, "127.0.0.1");
    environment.put(WorkerEnvironment.MASTER_PORT, Integer.toString(freePort()));
    environment.put(WorkerEnvironment.WORLD_SIZE, Integer.toString(world));
    environment.put(WorkerEnvironment.NODE_RANK, "0"); // one machine, whose cores they share
    environment.put(WorkerEnvironment.NPROC_PER_NODE, Integer.toString(world));
    environment.put(WorkerEnvironment.JOB_FILE, settings.output().jobFile().toString());
    environment.put(WorkerEnvironment.DATA_DIR, settings.data().toString());
    environment.put(WorkerEnvironment.OUTPUT_DIR, settings.output().root().toString());
    environment.put(WorkerEnvironment.ATTEMPT, Integer.toString(attempt));
    environment.put(WorkerEnvironment.PROGRESS_PORT, Integer.toString(freePort()));
    environment.put("OMP_NUM_THREADS", Integer.toString(settings.threads(world)));
    return environment;
  }

  private Gang.Member member(String name, Map<String, String> environment, Path files) {
    Path message = files.resolveSibling(files.getFileName() + ".termination.json");
    environment.put(WorkerEnvironment.TERMINATION_LOG, message.toString());
    Path log = files.resolveSibling(files.getFileName() + ".log");
    try {
      Files.createDirectories(log.getParent());
      Files.deleteIfExists(message); // an older run's words are not this one's
      return new Gang.Member(
          name, Child.start(settings.workerMain(), List.of(), environment, log), message);
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.OUTPUT_VOLUME,
          log + ": " + e + "; give the output folder space and write permission",
          e);
    }
  }

  /**
   * Free now; taken by another before the worker listens, the attempt ends with ADDRESS_IN_USE and
   * starts anew.
   */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.ADDRESS_IN_USE, "no free port on 127.0.0.1: " + e + "; end other programs", e);
    }
  }
}
