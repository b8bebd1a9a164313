package io.vlmr1.data;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.data.parquet.Unpacked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of rows that a source stands for: itself, those of a mix, or unpacked Parquet. */
final class Expansion {
  private Expansion() {}

  /**
   * The files in order.
   *
   * @param folder where Parquet is unpacked; null: a temporary one
   * @throws VlmR1Exception BAD_DATA for what cannot be followed
   */
  static List<DataSource> of(DataSource source, @Nullable Path folder) {
    if (Mix.is(source)) {
      return Mix.read(source);
    }
    boolean parquet = ends(source.file(), ".parquet");
    if (!parquet && !Files.isDirectory(source.file())) {
      return List.of(source);
    }
    if (parquet && !Files.isRegularFile(source.file())) {
      return List.of(source); // the scan says that there is no such file
    }
    try {
      List<Path> files = parquet ? List.of(source.file()) : files(source);
      Path place = folder == null ? Files.createTempDirectory("vlmr1-rows") : folder;
      Path rows = Unpacked.of(source.name(), files, place);
      return List.of(
          new DataSource(
              source.name(),
              rows,
              Objects.requireNonNull(rows.toAbsolutePath().getParent()),
              source.rewardMethod(),
              source.sampling()));
    } catch (IOException e) {
      throw new VlmR1Exception(ExitCode.BAD_DATA, source.file() + ": cannot be unpacked: " + e, e);
    }
  }

  /** A Hugging Face folder: its Parquet files, those of the split train where splits are named. */
  private static List<Path> files(DataSource source) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(source.file(), 4)) {
      all = walk.filter(file -> ends(file, ".parquet")).sorted().toList();
    }
    if (all.isEmpty()) {
      throw new VlmR1Exception(
          ExitCode.BAD_DATA,
          source.file()
              + ": a folder without .parquet files; name a data file, or download the data set's"
              + " Parquet files (Arrow folders of save_to_disk are not read)");
    }
    List<Path> train =
        all.stream()
            .filter(file -> String.valueOf(file.getFileName()).startsWith("train"))
            .toList();
    return train.isEmpty() ? all : train;
  }

  private static boolean ends(Path file, String ending) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }
}
