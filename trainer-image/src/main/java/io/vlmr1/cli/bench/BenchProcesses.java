package io.vlmr1.cli.bench;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.cli.Main;
import io.vlmr1.cli.run.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same bench command as several processes that train together, as the workers of a job do. */
final class BenchProcesses {
  private BenchProcesses() {}

  /**
   * Runs them to their end.
   *
   * @param arguments of the program, `bench` the first of them
   * @return what rank 0 printed last: the JSON object
   */
  static String run(List<String> arguments, int processes, int threads)
      throws IOException, InterruptedException {
    Path logs = Files.createTempDirectory("vlmr1-bench");
    int port = freePort();
    List<Child> children = new ArrayList<>();
    try {
      for (int rank = 0; rank < processes; rank++) {
        List<String> own = new ArrayList<>(arguments);
        own.addAll(List.of("--rank", Integer.toString(rank), "--port", Integer.toString(port)));
        children.add(
            Child.start(
                Main.class.getName(),
                own,
                Map.of("OMP_NUM_THREADS", Integer.toString(threads)),
                logs.resolve("rank-" + rank + ".log")));
      }
      for (int rank = 0; rank < processes; rank++) {
        while (!children.get(rank).await(1000)) {
          requireNoneFailed(children);
        }
      }
      requireNoneFailed(children);
      return String.join("", children.get(0).lastLines(1));
    } finally {
      children.forEach(Child::kill);
    }
  }

  private static void requireNoneFailed(List<Child> children) {
    for (int rank = 0; rank < children.size(); rank++) {
      Child child = children.get(rank);
      if (!child.alive() && child.exitCode() != 0) {
        throw new VlmR1Exception(
            ExitCode.of(child.exitCode()).orElse(ExitCode.INTERNAL),
            "process %d of %d ended with %d; its log is %s"
                .formatted(rank, children.size(), child.exitCode(), child.log().orElseThrow()));
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
