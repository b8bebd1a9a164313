package io.vlmr1.api.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The helm program, where there is one. */
record Helm(Path program) {
  private static final String CHART = "charts/vlm-r1-operator";

  /** From PATH or the folder of test programs; without one says so on the console and skips. */
  static Helm findOrSkip() {
    Stream<String> folders =
        Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)),
            Stream.of(
                Optional.ofNullable(System.getenv("CLUSTER_BIN"))
                    .orElse(System.getProperty("user.home") + "/.cache/kube-cluster/bin")));
    Optional<Path> found =
        folders.map(folder -> Path.of(folder, "helm")).filter(Files::isExecutable).findFirst();
    if (found.isEmpty()) {
      System.err.printf("%n*** SKIPPED: no helm on the PATH, so the chart is NOT tested ***%n%n");
    }
    assumeThat(found).as("the helm program").isPresent();
    return new Helm(found.orElseThrow());
  }

  /** What it prints; fails when it ends otherwise than expected. */
  String run(int exitCode, String command, String... arguments) {
    List<String> line = new ArrayList<>(List.of(program.toString(), command));
    line.addAll(List.of(arguments));
    line.add(GeneratedFile.of(CHART, "none").file().toString());
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s%n%s", line, output).isEqualTo(exitCode);
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The chart's objects, as release `r` in namespace `vlmr1`. */
  String template(String... sets) {
    List<String> arguments = new ArrayList<>(List.of("r", "--namespace", "vlmr1"));
    for (String set : sets) {
      arguments.addAll(List.of("--set", set));
    }
    return run(0, "template", arguments.toArray(new String[0]));
  }
}
