package io.vlmr1.cli.run;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Java process of this class path whose life is bound to ours: it holds the reading end of a
 * pipe, and when the pipe breaks, however we ended, {@link ChildMain} ends it.
 */
public final class Child {
  private final Process process;
  private final @Nullable Path log;

  private Child(Process process, @Nullable Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts `mainClass` under {@link ChildMain}.
   *
   * @param environment added to ours
   * @param log gets standard output and error
   */
  public static Child start(
      String mainClass, List<String> arguments, Map<String, String> environment, Path log)
      throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    ProcessBuilder builder = builder(mainClass, arguments, environment);
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
    return new Child(builder.start(), log);
  }

  /** The same, with our own standard output and error: a pod has one log. */
  static Child startBeside(String mainClass, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = builder(mainClass, List.of(), environment);
    builder
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Child(builder.start(), null);
  }

  private static ProcessBuilder builder(
      String mainClass, List<String> arguments, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    jvmOptions().forEach(command::add);
    command.addAll(List.of("-cp", classPath()));
    command.addAll(List.of(ChildMain.class.getName(), mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder;
  }

  /** Asks the process to save what it must and end. */
  public void terminate() {
    process.destroy();
  }

  /** Ends the process at once. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Waits that long; whether the process has ended. */
  public boolean await(long milliseconds) throws InterruptedException {
    return process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
  }

  /** Whether it runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Its exit code, once it has ended: 128 + N when signal N ended it. */
  public int exitCode() {
    return process.exitValue();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Where its output goes; empty: where ours does. */
  public Optional<Path> log() {
    return Optional.ofNullable(log);
  }

  /** The last lines of its output that are not empty. */
  public List<String> lastLines(int count) {
    if (log == null) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      List<String> all = lines.filter(line -> !line.isBlank()).toList();
      return all.subList(Math.max(0, all.size() - count), all.size());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Everything it wrote to standard output and error. */
  public String output() throws IOException {
    try (InputStream in = Files.newInputStream(Objects.requireNonNull(log))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Where our own classes come from, also under a launcher that loads them by URLs. */
  private static String classPath() {
    if (Child.class.getClassLoader() instanceof URLClassLoader loader) {
      return Stream.of(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  /** Our own options, without those that belong to one process only (debugger, agents). */
  private static Stream<String> jvmOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            option -> option.startsWith("-D") || option.startsWith("-X") || option.startsWith("--"))
        .filter(option -> !option.startsWith("-Xrunjdwp") && !option.startsWith("-Djdk.internal"));
  }
}
