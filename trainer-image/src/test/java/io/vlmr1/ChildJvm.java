package io.vlmr1;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A real process of a test: another JVM with the test's class path, its output in a file. */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ChildJvm(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a main class with one compute thread; `environment` comes on top of this process's. */
  public static ChildJvm start(
      Class<?> main, Map<String, String> environment, String... arguments) {
    try {
      Path log = Files.createTempFile("child", ".log");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "-Xmx512m",
              "-XX:TieredStopAtLevel=1",
              "-Dorg.bytedeco.openblas.load=mkl",
              "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
              "-cp",
              classPath(),
              main.getName()));
      command.addAll(Arrays.asList(arguments));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(log.toFile());
      builder.environment().put("MKL_THREADING_LAYER", "GNU");
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.environment().put("TORCH_CPP_LOG_LEVEL", "ERROR");
      builder.environment().putAll(environment);
      return new ChildJvm(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Surefire names it in a property; other launchers load it by URLs. */
  private static String classPath() {
    if (ChildJvm.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(URL::toString)
          .map(url -> Path.of(URI.create(url)).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Waits for its end. */
  public int exitCode() {
    try {
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after 120 s:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until it has printed this. */
  public void awaitOutput(String text) {
    try {
      for (int i = 0; !output().contains(text); i++) {
        if (i == 6000) {
          throw new AssertionError("no \"" + text + "\" within 120 s:\n" + output());
        }
        if (process.waitFor(20, TimeUnit.MILLISECONDS) && !output().contains(text)) {
          throw new AssertionError("ended without \"" + text + "\":\n" + output());
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Everything it has printed so far. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As kill -9. */
  public void kill() {
    process.destroyForcibly();
  }

  /** As kill -TERM. */
  public void terminate() {
    process.destroy();
  }

  /** The process as the system knows it. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Whether it has not ended. */
  public boolean running() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    log.toFile().delete();
  }
}
