package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.Content;
import io.vlmr1.weights.HuggingFaceFolder;
import io.vlmr1.weights.HuggingFaceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders in the layouts that are around, and broken ones. */
class ModelFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path source =
      ReferenceFolder.path("models/" + ReferenceFolder.models("qwen2_5_vl").get(0));
  @TempDir Path folder;

  /** Copies the reference's model with other names, another config, in shards of some size. */
  private void rewrite(Consumer<ObjectNode> config, UnaryOperator<String> names, long shardBytes)
      throws IOException {
    ObjectNode edited = HuggingFaceFolder.config(source).deepCopy();
    config.accept(edited);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope scope = Scope.open();
        HuggingFaceFolder files = HuggingFaceFolder.open(source)) {
      files.names().forEach(name -> tensors.put(names.apply(name), files.tensor(name)));
      HuggingFaceWriter.write(folder, edited, Content.of(tensors), source, shardBytes);
    }
  }

  private static void nest(ObjectNode config) {
    ObjectNode text = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> field : Map.copyOf(toMap(config)).entrySet()) {
      String name = field.getKey();
      boolean mark = name.endsWith("_token_id") && !name.startsWith("eos");
      boolean top = mark || Set.of("model_type", "architectures", "vision_config").contains(name);
      if (!top) {
        text.set(name, field.getValue());
        config.remove(name);
      }
    }
    config.set("text_config", text);
  }

  private static Map<String, JsonNode> toMap(ObjectNode node) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  private static String inside(String name) {
    if (name.startsWith("visual.")) {
      return "model." + name;
    }
    return name.startsWith("model.")
        ? "model.language_model." + name.substring("model.".length())
        : name;
  }

  private static void equal(Path left, Path right) {
    try (VisionLanguageModel one = ModelLoader.load(left, Dtype.FLOAT32, false);
        VisionLanguageModel other = ModelLoader.load(right, Dtype.FLOAT32, false)) {
      assertThat(torch.equal(one.parameters().flatWeights(), other.parameters().flatWeights()))
          .isTrue();
    }
  }

  @Test
  void readsBothNamingsNestedConfigsAndShards() throws IOException {
    rewrite(ModelFolderTest::nest, ModelFolderTest::inside, 300_000);
    assertThat(folder.resolve("model.safetensors.index.json")).exists();
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
    assertThat(folder.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(source.resolve("tokenizer.json"));
    equal(source, folder);
  }

  static List<String> models() {
    return ReferenceFolder.models();
  }

  @ParameterizedTest
  @MethodSource("models")
  void savesWhatItLoadsUnderTheHubsNames(String name) throws IOException {
    Path source = ReferenceFolder.path("models/" + name);
    try (VisionLanguageModel model = ModelLoader.load(source, Dtype.FLOAT32, true)) {
      ModelSaver.save(model, source, folder);
    }
    try (HuggingFaceFolder written = HuggingFaceFolder.open(folder);
        HuggingFaceFolder original = HuggingFaceFolder.open(source)) {
      assertThat(written.names()).containsExactlyInAnyOrderElementsOf(original.names());
    }
    assertThat(HuggingFaceFolder.config(folder).get("model_type"))
        .isEqualTo(HuggingFaceFolder.config(source).get("model_type"));
    equal(source, folder);
  }

  @Test
  void namesTheTensorWhoseShapeIsNotThatOfTheConfig() throws IOException {
    rewrite(config -> config.put("vocab_size", 1300), name -> name, Long.MAX_VALUE);
    assertThatThrownBy(() -> ModelLoader.load(folder, Dtype.FLOAT32, false))
        .hasMessageContaining("model.embed_tokens.weight")
        .hasMessageContaining("1300");
  }

  @Test
  void namesTheTensorThatIsMissing() throws IOException {
    rewrite(config -> {}, name -> name.replace("layers.1.mlp.up_proj", "gone"), Long.MAX_VALUE);
    assertThatThrownBy(() -> ModelLoader.load(folder, Dtype.FLOAT32, false))
        .hasMessageContaining("model.layers.1.mlp.up_proj.weight");
  }

  @Test
  void namesTheFieldThatIsMissing() throws IOException {
    rewrite(config -> config.remove("num_key_value_heads"), name -> name, Long.MAX_VALUE);
    assertThatThrownBy(() -> ModelLoader.load(folder, Dtype.FLOAT32, false))
        .hasMessageContaining("config.json")
        .hasMessageContaining("num_key_value_heads is missing");
  }

  @Test
  void listsTheFamiliesThatItKnows() throws IOException {
    rewrite(config -> config.put("model_type", "llama"), name -> name, Long.MAX_VALUE);
    assertThatThrownBy(() -> ModelLoader.load(folder, Dtype.FLOAT32, false))
        .hasMessageContaining("model_type 'llama'")
        .hasMessageContaining("qwen2_5_vl (Qwen2_5_VLForConditionalGeneration)");
  }

  @Test
  void saysWhatAFolderLacks() throws IOException {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> ModelLoader.load(absent, Dtype.FLOAT32, false))
        .hasMessageContaining(absent + ": no such model folder");
    assertThatThrownBy(() -> ModelLoader.load(folder, Dtype.FLOAT32, false))
        .hasMessageContaining("has no config.json");
    Files.copy(source.resolve("config.json"), folder.resolve("config.json"));
    assertThatThrownBy(() -> ModelLoader.load(folder, Dtype.FLOAT32, false))
        .hasMessageContaining("neither model.safetensors nor");
  }

  @Test
  void randomWeightsFollowTheirSeed() throws IOException {
    Files.copy(source.resolve("config.json"), folder.resolve("config.json"));
    float[] first = random(1);
    assertThat(random(1)).isEqualTo(first);
    assertThat(random(2)).isNotEqualTo(first);
  }

  private float[] random(long seed) {
    try (VisionLanguageModel model = ModelLoader.random(folder, Dtype.FLOAT32, seed)) {
      for (Parameter parameter : model.parameters().all()) {
        if (parameter.name().endsWith("norm.weight")) {
          assertThat(Tensors.toFloats(parameter.value())).containsOnly(1);
        }
      }
      return Tensors.toFloats(model.parameters().flatWeights());
    }
  }
}
