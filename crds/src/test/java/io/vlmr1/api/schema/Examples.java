package io.vlmr1.api.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/** The files of the examples folder. */
final class Examples {
  private Examples() {}

  /** Files of any depth whose names match, in order. */
  static List<Path> files(String names) {
    Path root = Path.of(System.getProperty("root.dir", "..")).resolve("examples");
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + names);
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> matcher.matches(file.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
