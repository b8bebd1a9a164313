package io.vlmr1.cli.worker;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each broken input is one line with the place and the remedy, and the contract's exit code. */
class BadInputTest {
  private static final StopSignal STOP = StopSignal.silent();
  @TempDir Path folder;
  private Volume volume;
  private OutputLayout output;

  @BeforeEach
  void makeVolume() throws IOException {
    volume = Volume.in(folder);
    output = volume.output("output");
  }

  @Test
  void anAbsentModelFolder() throws IOException {
    fails(Map.of("source: model", "source: nowhere"), ExitCode.BAD_MODEL, "nowhere");
  }

  @Test
  void aTruncatedWeightFile() throws IOException {
    Path weights = volume.data().resolve("model/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    fails(Map.of(), ExitCode.BAD_MODEL, "model.safetensors");
  }

  @Test
  void aWrongVocabularySize() throws IOException {
    Path config = volume.data().resolve("model/config.json");
    String text = Files.readString(config);
    Files.writeString(
        config, text.replaceFirst("\"vocab_size\"\\s*:\\s*\\d+", "\"vocab_size\": 7"));
    fails(Map.of(), ExitCode.BAD_MODEL, "embed_tokens");
  }

  @Test
  void aLineThatIsNoJson() throws IOException {
    Path rows = volume.data().resolve("train.jsonl");
    List<String> lines = Files.readAllLines(rows);
    lines.set(6, "{\"id\": ");
    Files.write(rows, lines);
    fails(Map.of(), ExitCode.BAD_DATA, "train.jsonl:7");
  }

  @Test
  void aMissingImage() throws IOException {
    Files.delete(volume.data().resolve("images/train/00003.png"));
    fails(Map.of(), ExitCode.BAD_DATA, "train.jsonl:4");
  }

  @Test
  void anUnknownReward() throws IOException {
    fails(Map.of("name: format", "name: beauty"), ExitCode.BAD_SPEC, "beauty");
  }

  @Test
  void moreDistinctPromptsThanRows() throws IOException {
    fails(Map.of("promptsPerDevice: 2", "promptsPerDevice: 61"), ExitCode.BAD_DATA, "60 rows");
  }

  @Test
  void aProgressPortThatIsTaken() throws IOException {
    Map<String, String> environment = volume.environment(volume.job(Map.of()), output);
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());
      environment.put("VLMR1_PROGRESS_PORT", port);
      assertThatExceptionOfType(VlmR1Exception.class)
          .isThrownBy(() -> Worker.run(environment, STOP))
          .withMessageContaining(port)
          .returns(ExitCode.ADDRESS_IN_USE, VlmR1Exception::exitCode);
    }
  }

  @Test
  void anOutputVolumeThatIsAFile() throws IOException {
    Files.writeString(output.root(), "not a folder");
    fails(Map.of(), ExitCode.OUTPUT_VOLUME, output.root().toString());
  }

  private void fails(Map<String, String> changes, ExitCode code, String named) throws IOException {
    Map<String, String> environment = volume.environment(volume.job(changes), output);
    assertThatExceptionOfType(VlmR1Exception.class)
        .isThrownBy(() -> Worker.run(environment, STOP))
        .withMessageContaining(named)
        .returns(code, VlmR1Exception::exitCode);
  }
}
