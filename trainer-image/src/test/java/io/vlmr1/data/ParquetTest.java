package io.vlmr1.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.image.ImageReader;
import io.vlmr1.image.SmartResize;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as Hugging Face's data sets have them, written by pyarrow (make_parquet.py). */
class ParquetTest {
  @TempDir Path output;

  @Test
  void readsAFolderWithItsPicturesAndUnpacksItOnce() throws Exception {
    DataSet data = read(file("parquet"));
    assertThat(data.rows())
        .extracting(Row::id)
        .isEqualTo(IntStream.range(0, 10).mapToObj(Integer::toString).toList());
    Row seven = data.row(7);
    assertThat(seven.problem()).isEqualTo("Wo ist 7? ü");
    assertThat(seven.solution()).isEqualTo("<answer> [1, 2, 7, 4] </answer>");
    assertThat(seven.columns()).containsEntry("difficulty", 3.5);
    assertThat(data.row(1).columns()).doesNotContainKey("difficulty");
    assertThat(ImageReader.size(seven.images().get(0))).isEqualTo(new SmartResize.Size(37, 28));
    FileTime made = Files.getLastModifiedTime(seven.images().get(0));
    assertThat(Files.getLastModifiedTime(read(file("parquet")).row(7).images().get(0)))
        .isEqualTo(made);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip", "lz4", "none", "v2"})
  void readsEveryUsualCompressionAndPageVersion(String kind) throws Exception {
    DataSet data = read(file("parquet/data/test-" + kind + ".parquet"));
    assertThat(data.row(0).images()).isEmpty();
    assertThat(data.row(0).columns()).containsEntry("tags", List.of("x"));
    Row two = data.row(1);
    assertThat(two.images()).hasSize(2);
    assertThat(two.problem()).startsWith("two long").hasSize(4 + 200 * 5);
    assertThat(two.solution()).isEqualTo("<answer> B </answer>");
    assertThat(ImageReader.size(two.images().get(1)).width()).isEqualTo(29);
  }

  @Test
  void refusesWhatItCannotReadWithTheWayOut() throws Exception {
    assertThatThrownBy(() -> read(file("parquet/data/test-brotli.parquet")))
        .hasMessageContaining("test-brotli.parquet: cannot be unpacked: compressed with BROTLI")
        .hasMessageContaining("write it with snappy");
    Path torn = Files.write(output.resolve("torn.parquet"), new byte[100]);
    assertThatThrownBy(() -> read(torn))
        .hasMessageContaining("torn.parquet does not end as a Parquet file does");
    Path empty = Files.createDirectory(output.resolve("empty"));
    assertThatThrownBy(() -> read(empty)).hasMessageContaining("a folder without .parquet files");
  }

  private DataSet read(Path file) {
    DataSource source = new DataSource("set", file, output, "default", Sampling.ALL);
    DataScan scan =
        new DataScan(RowCheck.NONE, "", output.resolve("rows"), true, 1, DataScan.Listener.NONE);
    return DataSet.read(List.of(source), scan, 1);
  }

  private static Path file(String name) throws URISyntaxException, IOException {
    return Path.of(
        Objects.requireNonNull(ParquetTest.class.getResource("/io/vlmr1/data/" + name)).toURI());
  }
}
