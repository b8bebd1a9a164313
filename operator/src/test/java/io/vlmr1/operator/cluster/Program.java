package io.vlmr1.operator.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program outside of Java, such as helm: run to its end, its answer as text. */
record Program(Path file, Map<String, String> environment) {
  private static final long MINUTES = 11;

  Program(Path file) {
    this(file, Map.of());
  }

  Program with(String variable, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(variable, value);
    return new Program(file, more);
  }

  /** Standard output. A code other than 0 is an error that holds all that was written. */
  String run(String... arguments) {
    Answer answer = attempt("", arguments);
    if (answer.code() != 0) {
      throw new IllegalStateException(
          file
              + " "
              + String.join(" ", arguments)
              + " ended with code "
              + answer.code()
              + "\n"
              + answer.output()
              + answer.errors());
    }
    return answer.output();
  }

  /** The same with a text for its standard input. */
  String feed(String input, String... arguments) {
    Answer answer = attempt(input, arguments);
    if (answer.code() != 0) {
      throw new IllegalStateException(
          file + " " + String.join(" ", arguments) + ": " + answer.errors() + "\n" + input);
    }
    return answer.output();
  }

  /** What it answered, whatever its code. */
  Answer attempt(String input, String... arguments) {
    try {
      // files, not pipes: a background process of a script may hold a pipe open for ever
      Path in = Files.createTempFile("program", ".in");
      Path out = Files.createTempFile("program", ".out");
      Path err = Files.createTempFile("program", ".err");
      Files.writeString(in, input);
      ProcessBuilder builder = new ProcessBuilder(command(arguments));
      builder.redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      Answer answer =
          new Answer(
              ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
      for (Path file : List.of(in, out, err)) {
        Files.delete(file);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(file + " was interrupted", e);
    }
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  record Answer(int code, String output, String errors) {}
}
