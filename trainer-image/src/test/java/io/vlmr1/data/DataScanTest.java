package io.vlmr1.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The index of rows: made once, trusted while nothing changed, the same on any number of threads.
 */
class DataScanTest {
  @TempDir Path folder;
  private final AtomicInteger looked = new AtomicInteger();
  private final List<String> told = new ArrayList<>();

  @Test
  void readsEveryRowWhereItStandsOnAnyNumberOfThreads() throws IOException {
    Path file = rows(1000);
    List<String> one = ids(DataSet.read(List.of(source(file)), scan("a", 1), 1));
    List<String> three = ids(DataSet.read(List.of(source(file)), scan("b", 3), 1));

    assertThat(one)
        .isEqualTo(IntStream.range(0, 1000).mapToObj(Integer::toString).toList())
        .isEqualTo(three);
    Row last = DataSet.read(List.of(source(file)), scan("a", 1), 1).row(999);
    assertThat(last.line()).as("a blank line follows every tenth row").isEqualTo(1099);
  }

  @Test
  void looksAgainOnlyWhenFileOrChecksChanged() throws IOException {
    Path file = rows(300);
    DataSet.read(List.of(source(file)), scan("a", 2), 1);
    assertThat(looked).hasValue(300);
    DataSet again = DataSet.read(List.of(source(file)), scan("a", 2), 1);
    assertThat(looked).as("from the index").hasValue(300);
    assertThat(ids(again)).hasSize(300);
    DataSet.read(List.of(source(file)), scan("other checks", 2), 1);
    assertThat(looked).hasValue(600);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    DataSet.read(List.of(source(file)), scan("a", 2), 1);
    assertThat(looked).as("the file was touched").hasValue(900);
  }

  @Test
  void aTornIndexIsMadeAgain() throws IOException {
    Path file = rows(50);
    DataSet.read(List.of(source(file)), scan("a", 1), 1);
    try (var indices = Files.list(folder.resolve("index"))) {
      for (Path index : indices.toList()) {
        byte[] bytes = Files.readAllBytes(index);
        Files.write(index, java.util.Arrays.copyOf(bytes, bytes.length - 8));
      }
    }
    assertThat(ids(DataSet.read(List.of(source(file)), scan("a", 1), 1))).hasSize(50);
    assertThat(looked).hasValue(100);
  }

  @Test
  void faultyDataGetsNoIndexAndFaultsComeInTheOrderOfTheFile() throws IOException {
    Path file = rows(500);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(3, "{");
    lines.set(400, "[]");
    Files.write(file, lines);
    for (int i = 0; i < 2; i++) {
      told.clear();
      assertThatThrownBy(() -> DataSet.read(List.of(source(file)), scan("a", 3), 1))
          .hasMessageContaining(file + ":4: not JSON")
          .hasMessageContaining(file + ":401: not a JSON object");
      assertThat(told).hasSize(2);
      assertThat(told.get(0)).startsWith(file + ":4: ");
    }
  }

  @Test
  void dropsAndCountsWhatACheckDrops() throws IOException {
    RowCheck evenOnly =
        new RowCheck() {
          @Override
          public List<String> problems(Row row) {
            return List.of();
          }

          @Override
          public boolean drops(Row row) {
            return Integer.parseInt(row.id()) % 2 == 1;
          }
        };
    DataScan scan =
        new DataScan(evenOnly.and(RowCheck.NONE), "k", folder, true, 2, DataScan.Listener.NONE);
    for (int i = 0; i < 2; i++) { // scanned, then from the index
      DataSet data = DataSet.read(List.of(source(rows(10))), scan, 1);
      assertThat(ids(data)).containsExactly("0", "2", "4", "6", "8");
      assertThat(data.dropped()).isEqualTo(5);
    }
  }

  @Test
  void notesPicturesAndMarksThatDoNotPairUp() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("rows.jsonl"),
            "{\"id\":1,\"conversations\":[{\"from\":\"human\",\"value\":\"<image>What?\"},{\"from\":\"gpt\",\"value\":\"A\"}]}\n");
    DataSet.read(List.of(source(file)), scan("a", 1), 1);
    assertThat(told).singleElement().asString().contains(":1: 0 images and 1 times <image>");
  }

  @Test
  void readsAListOfRowsFromAJsonFileWithItsLines() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("rows.json"),
            "[\n"
                + "  {\"id\": 1, \"conversations\":"
                + " [{\"from\":\"human\",\"value\":\"ä?\"},{\"from\":\"gpt\",\"value\":\"A\"}]},\n"
                + "  {\"id\": 2,\n"
                + " \"problem\": \"p\", \"solution\": [1, 2]}\n"
                + "]\n");
    DataSet data = DataSet.read(List.of(source(file)), scan("a", 1), 1);
    assertThat(data.row(0).problem()).isEqualTo("ä?");
    assertThat(data.row(1).line()).isEqualTo(3);
    assertThat(data.row(1).problem()).isEqualTo("p");
    assertThat(data.row(1).solution()).isEqualTo("<answer> [1, 2] </answer>");
    Files.writeString(file, "[{\"id\": 1,");
    assertThatThrownBy(() -> DataSet.read(List.of(source(file)), scan("a", 1), 1))
        .hasMessageContaining("rows.json:1: not JSON");
  }

  @Test
  void aResumedOrderIsTheUnbrokenOne() throws IOException {
    DataSet data = DataSet.read(List.of(source(rows(997))), scan("a", 2), 1);
    Sampler sampler = new Sampler(data.size(), 4, 8, 2, 7, true);
    List<Integer> unbroken = new ArrayList<>();
    for (long step = 0; step < 700; step++) {
      IntStream.of(sampler.rows(step)).forEach(unbroken::add);
    }
    DataSet again = DataSet.read(List.of(source(folder.resolve("rows.jsonl"))), scan("a", 2), 1);
    Sampler resumed = new Sampler(again.size(), 4, 8, 2, 7, true);
    List<Integer> rest = new ArrayList<>();
    for (long step = 333; step < 700; step++) {
      IntStream.of(resumed.rows(step)).forEach(rest::add);
    }
    assertThat(rest).isEqualTo(unbroken.subList(333 * 4, unbroken.size()));
  }

  private Path rows(int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines
          .append("{\"id\":")
          .append(i)
          .append(",\"conversations\":[{\"from\":\"human\",\"value\":\"");
      lines.append("ü".repeat(i % 7)).append("?\"},{\"from\":\"gpt\",\"value\":\"A\"}]}\n");
      if (i % 10 == 9) {
        lines.append(i % 20 == 9 ? "\r\n" : "  \n");
      }
    }
    Path file = folder.resolve("rows.jsonl");
    if (!Files.exists(file)) {
      Files.writeString(file, lines);
    }
    return file;
  }

  private DataScan scan(String key, int threads) {
    RowCheck counting =
        row -> {
          looked.incrementAndGet();
          return List.of();
        };
    DataScan.Listener listener =
        new DataScan.Listener() {
          @Override
          public void fault(String fault) {
            told.add(fault);
          }

          @Override
          public void note(String note) {
            told.add(note);
          }
        };
    return new DataScan(counting, key, folder.resolve("index"), true, threads, listener);
  }

  private DataSource source(Path file) {
    return new DataSource("train set", file, folder, "default", Sampling.ALL);
  }

  private static List<String> ids(DataSet data) {
    return data.rows().stream().map(Row::id).toList();
  }
}
