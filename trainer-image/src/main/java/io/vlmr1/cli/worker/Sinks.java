package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.report.MetricsSink;
import io.vlmr1.report.MlflowRun;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the environment sends metrics besides the output folder: an MLflow server by the variables
 * of MLflow's own client.
 */
final class Sinks {
  private Sinks() {}

  /**
   * Those of an environment.
   *
   * @param tell hears what a person should know
   */
  static List<MetricsSink> of(
      Map<String, String> environment, WorkerSettings settings, Consumer<String> tell) {
    List<MetricsSink> sinks = new ArrayList<>();
    String server = environment.getOrDefault("MLFLOW_TRACKING_URI", "");
    if (!server.isBlank()) {
      if (!server.startsWith("http://") && !server.startsWith("https://")) {
        throw new VlmR1Exception(
            ExitCode.USAGE,
            "MLFLOW_TRACKING_URI=\""
                + server
                + "\" is no server; give http://HOST:PORT, or unset it");
      }
      Map<String, String> parameters = new LinkedHashMap<>();
      parameters.put("method", settings.spec().method().name());
      parameters.put("model", settings.spec().model().source());
      parameters.put("seed", settings.spec().training().seed().toString());
      parameters.put("learning_rate", settings.spec().optimizer().learningRate().toString());
      MlflowRun.Settings run =
          new MlflowRun.Settings(
              URI.create(server),
              authorization(environment),
              environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", "vlmr1"),
              settings.job().getMetadata().getName(),
              parameters);
      sinks.add(new MlflowRun(run, settings.output().root().resolve("mlflow-run"), tell));
    }
    if (!environment.getOrDefault("WANDB_API_KEY", "").isBlank()) {
      tell.accept(
          "WANDB_API_KEY is set, but Weights & Biases documents no HTTP API: nothing is sent there;"
              + " `wandb sync "
              + settings.output().tensorboard()
              + "` uploads the TensorBoard files, or set MLFLOW_TRACKING_URI");
    }
    return sinks;
  }

  private static @Nullable String authorization(Map<String, String> environment) {
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    if (token != null) {
      return "Bearer " + token;
    }
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    if (user == null) {
      return null;
    }
    String pair = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}
