package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.report.MetricsSink;
import io.vlmr1.report.MlflowRun;
import io.vlmr1.report.WandbRun;
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
 * Where the environment sends metrics besides the output folder: an MLflow server and Weights &
 * Biases, each by the variables of its own client.
 */
final class Sinks {
  private static final String PROJECT = "vlmr1";

  private Sinks() {}

  /**
   * Those of an environment.
   *
   * @param tell hears what a person should know
   */
  static List<MetricsSink> of(
      Map<String, String> environment, WorkerSettings settings, Consumer<String> tell) {
    List<MetricsSink> sinks = new ArrayList<>();
    String mlflow = environment.getOrDefault("MLFLOW_TRACKING_URI", "");
    if (!mlflow.isBlank()) {
      MlflowRun.Settings run =
          new MlflowRun.Settings(
              server("MLFLOW_TRACKING_URI", mlflow),
              authorization(environment),
              environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", PROJECT),
              settings.job().getMetadata().getName(),
              parameters(settings));
      sinks.add(new MlflowRun(run, settings.output().root().resolve("mlflow-run"), tell));
    }
    String key = environment.getOrDefault("WANDB_API_KEY", "");
    boolean online = environment.getOrDefault("WANDB_MODE", "online").equals("online");
    if (!key.isBlank() && online) {
      WandbRun.Settings run =
          new WandbRun.Settings(
              server(
                  "WANDB_BASE_URL",
                  environment.getOrDefault("WANDB_BASE_URL", "https://api.wandb.ai")),
              key.strip(),
              environment.get("WANDB_ENTITY"),
              environment.getOrDefault("WANDB_PROJECT", PROJECT),
              settings.job().getMetadata().getName(),
              parameters(settings));
      sinks.add(new WandbRun(run, settings.output().root().resolve("wandb-run"), tell));
    }
    return sinks;
  }

  private static URI server(String variable, String address) {
    if (!address.startsWith("http://") && !address.startsWith("https://")) {
      throw new VlmR1Exception(
          ExitCode.USAGE,
          variable + "=\"" + address + "\" is no server; give http://HOST:PORT, or unset it");
    }
    return URI.create(address);
  }

  private static Map<String, String> parameters(WorkerSettings settings) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("method", settings.spec().method().name());
    parameters.put("model", settings.spec().model().source());
    parameters.put("seed", settings.spec().training().seed().toString());
    parameters.put("learning_rate", settings.spec().optimizer().learningRate().toString());
    return parameters;
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
