package io.vlmr1.cli.evaluation;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.eval.OpenModel;
import io.vlmr1.eval.ServerEngine;
import io.vlmr1.image.SmartResize;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What answers: a model folder in this process, or a server. */
final class EngineOptions {
  /** Qwen2-VL and Qwen2.5-VL cut pictures to multiples of this side. */
  private static final int QWEN_FACTOR = 28;

  private static final int QWEN_MIN_PIXELS = 4 * 28 * 28;
  private static final int QWEN_MAX_PIXELS = 16384 * 28 * 28;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "a Hugging Face model folder, such as the final/ of a run")
  @Nullable Path folder;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "a server of OpenAI's chat API in place of --model, up to and with /v1")
  @Nullable URI server;

  @Option(names = "--server-model", paramLabel = "NAME", description = "the model's name there")
  @Nullable String serverModel;

  @Option(
      names = "--server-key",
      paramLabel = "KEY",
      description = "its bearer token (default: VLMR1_SERVER_KEY of the environment)")
  @Nullable String key;

  @Option(
      names = "--server-family",
      paramLabel = "TYPE",
      description =
          "model_type of the served model: decides on prompt and rescaling (default:"
              + " ${DEFAULT-VALUE})")
  String family = "qwen2_5_vl";

  @Option(
      names = "--concurrency",
      description = "requests to the server at the same time (default: ${DEFAULT-VALUE})")
  int concurrency = 16;

  @Option(
      names = "--attempts",
      description = "how often a row is tried (default: ${DEFAULT-VALUE})")
  int attempts = 5;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "of a request (default: ${DEFAULT-VALUE})")
  int timeout = 300;

  @Mixin private ModelOptions loading = new ModelOptions();

  OpenModel model() {
    if (folder == null) {
      throw new VlmR1Exception(
          ExitCode.USAGE, "name what answers: --model DIR, or --server URL --server-model NAME");
    }
    return loading.open(folder);
  }

  ServerEngine serverEngine() {
    if (folder != null || serverModel == null) {
      throw new VlmR1Exception(
          ExitCode.USAGE, "--server needs --server-model NAME and goes without --model");
    }
    SmartResize resize =
        family.startsWith("qwen")
            ? new SmartResize(
                QWEN_FACTOR,
                Objects.requireNonNullElse(loading.pixels().least(), (long) QWEN_MIN_PIXELS),
                Objects.requireNonNullElse(loading.pixels().most(), (long) QWEN_MAX_PIXELS))
            : null;
    return new ServerEngine(
        new ServerEngine.Settings(
            Objects.requireNonNull(server),
            serverModel,
            family,
            resize,
            key != null ? key : System.getenv("VLMR1_SERVER_KEY"),
            new ServerEngine.Requests(concurrency, attempts, Duration.ofSeconds(timeout))));
  }

  /** What results say of it. */
  String name() {
    return folder != null ? folder.toString() : server + " " + serverModel;
  }
}
