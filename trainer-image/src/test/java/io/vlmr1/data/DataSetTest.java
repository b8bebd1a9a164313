package io.vlmr1.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetTest {
  private static final String GOOD =
      "{\"id\": 1, \"conversations\": [{\"from\": \"human\", \"value\": \"Q\"}, {\"from\": \"gpt\","
          + " \"value\": \"A\"}]}";

  @TempDir Path folder;

  @Test
  void tellsEveryProblemOfEveryFileAtOnce() throws IOException {
    Path one = write("one.jsonl", GOOD, "{\"id\": 2,", "[1]", GOOD.replace("gpt", "bot"));
    Path two = write("two.jsonl", GOOD.replace("\"id\": 1", "\"image\": \"none.png\""));

    VlmR1Exception error =
        catchThrowableOfType(VlmR1Exception.class, () -> read(source(one), source(two)));

    assertThat(error.exitCode()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(String.valueOf(error.getMessage()).lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith(one + ":2: not JSON at column"),
            line ->
                assertThat(line).isEqualTo(one + ":3: not a JSON object; write one object a line"),
            line -> assertThat(line).startsWith(one + ":4: no answer"),
            line ->
                assertThat(line)
                    .startsWith(
                        two + ":1: image \"none.png\" is not in " + folder.resolve("images")));
  }

  @Test
  void asksTheRewardsAboutEachRow() throws IOException {
    Path file = write("one.jsonl", GOOD, GOOD.replace("\"A\"", "\"B\""));
    RowCheck onlyA = row -> row.solution().contains("A") ? List.of() : List.of("not an A");

    assertThatThrownBy(() -> DataSet.read(List.of(source(file)), onlyA, 1))
        .hasMessage(file + ":2: not an A");
  }

  @Test
  void shortensALongListOfProblems() throws IOException {
    Path file = write("one.jsonl", "{\n".repeat(100).split("\n"));

    assertThatThrownBy(() -> read(source(file))).hasMessageEndingWith("and 80 more problems");
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThatThrownBy(() -> read(source(folder.resolve("none.jsonl"))))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("none.jsonl: no such file");
  }

  @Test
  void refusesToTrainOnNothing() throws IOException {
    Path file = write("one.jsonl", "", "  ");

    assertThatThrownBy(() -> read(source(file))).hasMessageContaining("no rows");
  }

  @Test
  void samplesEachFileAsItsSourceSays() throws IOException {
    Path file = write("one.jsonl", GOOD, GOOD.replace("1", "2"), GOOD.replace("1", "3"));
    DataSource last = new DataSource("x", file, folder, "default", Sampling.parse("end:2"));

    assertThat(DataSet.read(List.of(last), RowCheck.NONE, 1).rows())
        .extracting(Row::id)
        .containsExactly("2", "3");
  }

  private DataSource source(Path file) {
    return new DataSource("train", file, folder.resolve("images"), "default", Sampling.ALL);
  }

  private static DataSet read(DataSource... sources) {
    return DataSet.read(List.of(sources), RowCheck.NONE, 1);
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }
}
