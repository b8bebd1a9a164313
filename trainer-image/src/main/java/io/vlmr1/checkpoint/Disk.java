package io.vlmr1.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that are whole or absent, also after a power cut. */
final class Disk {
  private Disk() {}

  /** Forces every file of a folder and the folder itself to disk, then gives it its name. */
  static void publish(Path partial, Path whole) throws IOException {
    for (Path file : files(partial)) {
      force(file, StandardOpenOption.WRITE);
    }
    force(partial, StandardOpenOption.READ);
    delete(whole);
    Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
    Path parent = whole.toAbsolutePath().getParent();
    if (parent != null) {
      force(parent, StandardOpenOption.READ);
    }
  }

  private static void force(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }

  /** The plain files of a folder, by name. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Removes a folder with what is in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
