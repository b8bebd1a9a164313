package io.vlmr1.cli.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.cli.Toys;
import io.vlmr1.cli.run.RunReport;
import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.report.CompletionsLog;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.reward.LocalServer;
import io.vlmr1.shapes.Toy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training of a tiny model whose judge and endpoint are slow, drop connections, talk nonsense,
 * and answer one time in four.
 */
class FlakyRewardsTest {
  private static final int STEPS = 4;
  private static final int COMPLETIONS = 4;

  @TempDir Path folder;

  @Test
  void trainingGoesOnAndMetricsAndReportShowWhatCouldNotBeScored() throws Exception {
    Path data = folder.resolve("data");
    OutputLayout output = new OutputLayout(folder.resolve("out"));
    Toys.write(Toy.CHOICE, data);
    try (LocalServer scorer = flaky("{\"scores\": [1, 0.5, 0, null]}");
        LocalServer judge = flaky("{\"choices\": [{\"message\": {\"content\": \"1.0\"}}]}")) {
      Path file = folder.resolve("job.yaml");
      Files.writeString(file, job(scorer.url("/score"), judge.url("/v1")));

      assertThat(Worker.run(environment(file, data, output), StopSignal.silent()).exitCode())
          .isZero();
    }
    List<MetricsLog.Step> steps = MetricsLog.read(output.metrics());
    assertThat(steps).hasSize(STEPS);
    assertThat(steps)
        .extracting(step -> step.metrics().getOrDefault("rewards/style/failures", 0.0))
        .containsExactly(4.0, 4.0, 4.0, 0.0);
    assertThat(steps)
        .allSatisfy(step -> assertThat(step.metrics().get("reward")).isFinite())
        .anySatisfy(
            step -> assertThat(step.metrics().get("rewards/accuracy/failures")).isPositive());
    assertThat(CompletionsLog.read(output.completions()))
        .hasSize(STEPS * COMPLETIONS)
        .allSatisfy(
            entry ->
                assertThat(entry.rewards().values())
                    .allSatisfy(judgement -> assertThat(judgement.reason()).isNotBlank()));

    RunReport.write(RunSettings.ofOutput(output.root(), null));
    assertThat(output.report())
        .content()
        .contains("Not scored: rewards/style", "Not scored: rewards/accuracy", "no answer within");
  }

  /** Hangs, drops the connection, talks nonsense, answers, and so on from the start. */
  private static LocalServer flaky(String sense) throws IOException {
    AtomicInteger requests = new AtomicInteger();
    LocalServer server = new LocalServer((exchange, body) -> exchange.close());
    server.behaves(
        (exchange, body) -> {
          switch (requests.getAndIncrement() % 4) {
            case 0 -> server.hang();
            case 1 -> exchange.close();
            case 2 -> LocalServer.say(exchange, 200, "<html>{\"scores\": [NaN");
            default -> LocalServer.say(exchange, 200, sense);
          }
        });
    return server;
  }

  private static String job(String scorer, String judge) {
    return """
    apiVersion: training.vlmr1.io/v1alpha1
    kind: GrpoJob
    metadata: {name: flaky}
    spec:
      model: {source: model}
      data:
        datasets: [{name: train, path: train.jsonl, images: images, rewardMethod: llm}]
      rewards:
      - {name: accuracy, url: "%s", model: judge, timeoutSeconds: 0.3, retries: 0}
      - {name: style, kind: http, url: "%s", timeoutSeconds: 0.3, retries: 0}
      - {name: format}
      grpo: {generations: 4, maxCompletionTokens: 8}
      training: {maxSteps: 4, promptsPerDevice: 1, threadsPerProcess: 1}
    """
        .formatted(judge, scorer);
  }

  private static Map<String, String> environment(Path file, Path data, OutputLayout output) {
    Map<String, String> environment = new HashMap<>();
    environment.put("VLMR1_JOB_FILE", file.toString());
    environment.put("VLMR1_DATA_DIR", data.toString());
    environment.put("VLMR1_OUTPUT_DIR", output.root().toString());
    environment.put("VLMR1_PROGRESS_PORT", "0");
    return environment;
  }
}
