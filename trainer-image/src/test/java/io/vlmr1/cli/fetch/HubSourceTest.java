package io.vlmr1.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.rules.JobRules;
import io.vlmr1.cli.run.HubSource;
import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.model.StartingModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that names a model of the hub runs on this machine with the model's folder. */
class HubSourceTest {
  @TempDir Path folder;
  private final FlakyHub hub = new FlakyHub();
  private final List<String> told = new ArrayList<>();

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void theModelIsFetchedOnceAndItsFolderTakesItsPlace() throws IOException {
    hub.files.put("config.json", "{\"a\": 1}".getBytes(StandardCharsets.UTF_8));
    hub.token = "secret";
    RunSettings asked = settings("hf://org/model", "");

    RunSettings fetched = fetched(asked, Map.of("HF_ENDPOINT", hub.address().toString()));

    Path model = StartingModel.folder(fetched.spec(), fetched.data());
    assertThat(model).isEqualTo(folder.resolve("models/org--model/main"));
    assertThat(model.resolve("config.json")).hasContent("{\"a\": 1}");
    assertThat(JobRules.problems(fetched.job())).isEmpty();
    assertThat(fetched.spec().training()).isEqualTo(asked.spec().training());
    int requests = hub.asked.get();
    fetched(asked, Map.of("HF_ENDPOINT", hub.address().toString()));
    assertThat(hub.asked.get()).isEqualTo(requests);
  }

  @Test
  void aMirrorOfTheSpecIsAskedInPlaceOfTheEnvironments() throws IOException {
    hub.files.put("config.json", "{}".getBytes(StandardCharsets.UTF_8));
    RunSettings asked = settings("hf://org/model", ", hub: {endpoint: \"" + hub.address() + "\"}");

    RunSettings fetched = fetched(asked, Map.of("HF_ENDPOINT", "http://127.0.0.1:1"));

    assertThat(JobRules.problems(fetched.job())).as("no mirror of a folder").isEmpty();
    assertThat(folder.resolve("models/org--model/main/config.json")).exists();
  }

  @Test
  void aFolderStaysAsItIs() throws IOException {
    RunSettings asked = settings("model", "");
    assertThat(fetched(asked, Map.of())).isSameAs(asked);
    assertThat(told).isEmpty();
  }

  @Test
  void whatReadsAModelOfTheHubBeforeItIsHereSaysWhatToDo() throws IOException {
    RunSettings asked = settings("hf://org/model@v1", "");
    assertThatThrownBy(() -> StartingModel.folder(asked.spec(), asked.data()))
        .hasMessageContaining("vlmr1 fetch hf://org/model@v1 --to DIR");
  }

  private RunSettings fetched(RunSettings asked, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("VLMR1_MODELS", folder.resolve("models").toString());
    all.put("HF_TOKEN", "secret");
    return HubSource.fetched(asked, all, told::add);
  }

  private RunSettings settings(String source, String more) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(
        file,
        """
        apiVersion: training.vlmr1.io/v1alpha1
        kind: GrpoJob
        metadata: {name: fetched}
        spec:
          model: {source: "%s"%s}
          data: {datasets: [{name: train, path: train.jsonl}]}
        """
            .formatted(source, more));
    return RunSettings.of(file, null, folder.resolve("out"));
  }
}
