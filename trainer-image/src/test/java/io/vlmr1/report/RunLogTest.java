package io.vlmr1.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
  @TempDir Path folder;

  private static final Progress PROGRESS =
      new Progress(
          3,
          10,
          0.5,
          0.75,
          0.1,
          0.001,
          40.0,
          900.0,
          2.0,
          14L,
          "checkpoint-2",
          1,
          Progress.State.TRAINING,
          "2026-01-01T00:00:00Z",
          null);

  @Test
  void answersProgressMetricsAndHealthOverHttpAndInFiles() throws Exception {
    OutputLayout output = new OutputLayout(folder.resolve("out"));
    try (RunLog log = RunLog.open(output, 0, 0)) {
      assertThat(get(log, "/progress").statusCode()).isEqualTo(503);
      log.progress(PROGRESS);
      log.step(3, Map.of("reward", 0.75, "rewards/format/mean", 1.0));
      assertThat(Progress.parse(get(log, "/progress").body())).contains(PROGRESS);
      assertThat(get(log, "/metrics").body())
          .contains("vlmr1_reward 0.75")
          .contains("vlmr1_rewards_format_mean 1.0")
          .contains("vlmr1_step 3.0");
      assertThat(get(log, "/healthz").body()).isEqualTo("ok\n");
    }
    assertThat(Progress.parse(Files.readString(output.progress()))).contains(PROGRESS);
    assertThat(MetricsLog.read(output.metrics())).hasSize(1);
    assertThat(output.tensorboard()).isNotEmptyDirectory();
  }

  @Test
  void namesThePortThatIsTakenAndLeavesNoFiles() {
    try (ProgressServer other = ProgressServer.start(0)) {
      OutputLayout output = new OutputLayout(folder.resolve("out"));
      assertThatThrownBy(() -> RunLog.open(output, 0, other.port()))
          .isInstanceOf(VlmR1Exception.class)
          .hasMessageContaining("port " + other.port())
          .extracting(e -> ((VlmR1Exception) e).exitCode())
          .isEqualTo(ExitCode.ADDRESS_IN_USE);
      assertThat(output.root()).doesNotExist();
    }
  }

  private static HttpResponse<String> get(RunLog log, String path)
      throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + log.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }
}
