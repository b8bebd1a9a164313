package io.vlmr1.cli.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.HubSpec;
import io.vlmr1.cli.fetch.HubAccess;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A model of the hub, brought to this machine before anything reads it: what the preparation Job is
 * on a cluster.
 */
public final class HubSource {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HUB = "hf://";

  private HubSource() {}

  /**
   * The same run with the folder of its model in place of an address of the hub; other sources stay
   * as they are.
   *
   * @param environment HF_ENDPOINT, unless the spec names a mirror; HF_TOKEN; VLMR1_MODELS, the
   *     folder that keeps models (absent: .cache/vlmr1/models at home)
   * @param tell hears what is downloaded
   * @throws io.vlmr1.api.contract.VlmR1Exception when the model cannot be had
   */
  public static RunSettings fetched(
      RunSettings settings, Map<String, String> environment, Consumer<String> tell) {
    String source = settings.spec().model().source();
    if (!source.startsWith(HUB)) {
      return settings;
    }
    HubSpec hub = settings.spec().model().hub();
    HubAccess access = HubAccess.of(environment);
    String endpoint = hub == null ? null : hub.endpoint();
    if (endpoint != null) {
      access = new HubAccess(endpoint, access.token());
    }
    Path folder = access.fetched(source, models(environment), tell);
    ObjectNode job = JSON.valueToTree(settings.job());
    job.remove("status");
    ObjectNode model = (ObjectNode) job.path("spec").path("model");
    model.put("source", folder.toString());
    model.remove("hub");
    return new RunSettings(
        JobFile.parse(
            Objects.requireNonNullElse(settings.job().getMetadata().getName(), "the job"),
            job.toString()),
        settings.data(),
        settings.output(),
        settings.workerMain());
  }

  private static Path models(Map<String, String> environment) {
    String named = environment.getOrDefault("VLMR1_MODELS", "");
    Path folder =
        named.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "vlmr1", "models")
            : Path.of(named);
    return folder.toAbsolutePath().normalize();
  }
}
