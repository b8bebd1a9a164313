package io.vlmr1.operator.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The processes of a control plane that was started for the tests, to be broken.
 *
 * @param home folder of the cluster: pids, logs
 */
record ControlPlane(Path home) {
  /** Field of /proc/PID/stat behind the program's name: when it started. */
  private static final int STARTED = 19;

  /** etcd stands still: no request to the API server is answered. */
  Runnable holdEtcd() {
    String pid = Long.toString(pid("etcd"));
    signal("-STOP", pid);
    return () -> signal("-CONT", pid);
  }

  /** kill -9 of the API server; the answer starts it again. */
  Runnable killApiServer() {
    long pid = pid("kube-apiserver");
    List<String> command = new ArrayList<>(inside());
    command.addAll(commandOf(pid));
    signal("-KILL", Long.toString(pid));
    return () -> start("kube-apiserver", command);
  }

  /** The node's network: the control plane lies in it. */
  private List<String> inside() {
    return List.of("nsenter", "--target", read(home.resolve("node/init-pid")), "--net", "--");
  }

  private static List<String> commandOf(long pid) {
    String words = read(Path.of("/proc", Long.toString(pid), "cmdline"));
    return Arrays.stream(words.split("\0", -1)).filter(word -> !word.isEmpty()).toList();
  }

  private void start(String name, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(home.resolve("logs/" + name + ".log").toFile()))
              .start();
      String stat = read(Path.of("/proc", Long.toString(process.pid()), "stat"));
      String started = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[STARTED];
      // whoever stops the cluster finds the new process by it
      Files.writeString(home.resolve("pids/" + name), process.pid() + " " + started + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long pid(String name) {
    return Long.parseLong(read(home.resolve("pids/" + name)).split(" ", -1)[0]);
  }

  private static void signal(String signal, String pid) {
    new Program(Path.of("kill")).run(signal, pid);
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
