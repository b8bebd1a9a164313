package io.vlmr1.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model comes whole over a network that breaks off and corrupts, and nothing comes twice. */
class DownloadTest {
  private static final int SIZE = 1_000_003;
  private static final HubModel MODEL = HubModel.parse("hf://org/model");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final FlakyHub hub = new FlakyHub();
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void fill() {
    byte[] weights = new byte[SIZE];
    new Random(1).nextBytes(weights);
    hub.files.put("model-00001-of-00001.safetensors", weights);
    hub.files.put("config.json", "{\"a\": 1}".getBytes(StandardCharsets.UTF_8));
    hub.files.put("sub/vocab.txt", "a\nb\n".getBytes(StandardCharsets.UTF_8));
    hub.files.put("pytorch_model.bin", new byte[10]);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void allOfAModelComesInParts() throws IOException {
    download(null);
    assertWhole();
    assertThat(hub.asked.get()).as("parts of 100,000 bytes").isEqualTo(13);
    assertThat(folder.resolve("pytorch_model.bin")).as("another framework's").doesNotExist();
    download(null);
    assertThat(hub.asked.get()).as("nothing comes twice").isEqualTo(13);
  }

  @Test
  void whatBreaksOffGoesOnWhereItEnded() throws IOException {
    hub.breakAfter = 30_000;
    download(null);
    assertWhole();
    assertThat(hub.sent.get()).isLessThan(SIZE + 100_000L);
  }

  @Test
  void anotherProcessGoesOnWithTheParts() throws IOException {
    hub.endAfter = 500_000;
    assertThatThrownBy(() -> download(null))
        .isInstanceOfSatisfying(
            VlmR1Exception.class, e -> assertThat(e.exitCode().retryHelps()).isTrue())
        .hasMessageContaining("the next start goes on from here");
    long before = hub.sent.get();
    hub.endAfter = Long.MAX_VALUE;
    download(null);
    assertWhole();
    assertThat(hub.sent.get() - before).isLessThan(SIZE - 300_000L);
  }

  @Test
  void aWrongChecksumIsFetchedOnceMoreAndTwiceIsAnError() throws IOException {
    hub.corrupt.set(1);
    download(null);
    assertWhole();
    assertThat(told).anyMatch(line -> line.contains("checksum is wrong"));
    hub.commit = "def456";
    hub.files.put("config.json", "{\"a\": 2}".getBytes(StandardCharsets.UTF_8));
    hub.corrupt.set(100);
    assertThatThrownBy(() -> download(null)).hasMessageContaining("twice with another checksum");
    assertThat(folder.resolve("config.json")).as("never half a file").hasContent("{\"a\": 1}");
  }

  @Test
  void aServerWithoutRangesSendsAllOfIt() throws IOException {
    hub.ranges = false;
    download(null);
    assertWhole();
  }

  @Test
  void aPrivateModelWantsAToken() throws IOException {
    hub.token = "secret";
    assertThatThrownBy(() -> download(null))
        .isInstanceOfSatisfying(
            VlmR1Exception.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_MODEL))
        .hasMessageContaining("set HF_TOKEN");
    assertThatThrownBy(() -> download("wrong")).hasMessageContaining("may not read it");
    download("secret");
    assertWhole();
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(Files::isRegularFile))
          .allSatisfy(
              file ->
                  assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                      .doesNotContain("secret"));
    }
  }

  @Test
  void aNewCommitBringsWhatChanged() throws IOException {
    download(null);
    hub.commit = "def456";
    hub.files.put("config.json", "{\"b\": 1}".getBytes(StandardCharsets.UTF_8));
    int before = hub.asked.get();
    download(null);
    assertWhole();
    assertThat(hub.asked.get() - before).isEqualTo(1);
  }

  @Test
  void aModelThatIsHereNeedsNoHub() throws IOException {
    download(null);
    hub.close();
    download(null);
    assertThat(told).anyMatch(line -> line.contains("the hub does not answer"));
  }

  @Test
  void aNameOutsideOfTheFolderIsRefused() {
    hub.files.put("../evil.json", new byte[] {1});
    assertThatThrownBy(() -> download(null)).hasMessageContaining("outside of its folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"org/model", "hf://org", "hf://org/../x", "hf://o/m@", "hf://o/m@a/b"})
  void whatIsNoModelIsSaidSo(String source) {
    assertThatThrownBy(() -> HubModel.parse(source)).hasMessageContaining("is no model of the hub");
  }

  private void download(@Nullable String token) {
    new Download(
            new Hub(hub.address(), token, Duration.ofSeconds(5)),
            MODEL,
            folder,
            new Download.Settings(4, 100_000, 3, Duration.ofMillis(1)),
            told::add)
        .run();
  }

  private void assertWhole() throws IOException {
    for (String name :
        List.of("model-00001-of-00001.safetensors", "config.json", "sub/vocab.txt")) {
      assertThat(Files.readAllBytes(folder.resolve(name))).as(name).isEqualTo(hub.files.get(name));
    }
    try (Stream<Path> all = Files.list(folder.resolve(".fetch"))) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".part") || name.endsWith(".parts"));
    }
  }
}
