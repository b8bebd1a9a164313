package io.vlmr1.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.nn.Adapter;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.weights.Content;
import io.vlmr1.weights.HuggingFaceFolder;
import io.vlmr1.weights.HuggingFaceWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Adds an adapter's products to the weights: W + scale B A, in float32. */
public final class AdapterMerge {
  private AdapterMerge() {}

  /**
   * Writes a model folder that answers as model and adapter together do, in the type that the
   * model's config.json names. An output projection that is tied to the embedding and has a pair of
   * its own is written apart from it.
   *
   * @param base the model's folder
   * @param adapter as peft saves it
   * @param folder is made; files of the same names in it are replaced
   * @throws IOException when the disk is full or not writable
   */
  public static void write(Path base, Path adapter, Path folder) throws IOException {
    WeightNames names = ModelLoader.names(base);
    ObjectNode config = HuggingFaceFolder.config(base).deepCopy();
    Dtype dtype = dtype(config);
    try (Retained kept = new Retained();
        VisionLanguageModel model = AdaptedModel.load(base, adapter, Dtype.FLOAT32)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Parameter parameter : model.parameters().all()) {
        tensors.put(parameter.name(), parameter.value());
      }
      merge(model, tensors, names, kept);
      if (tensors.containsKey(names.head())) {
        untie(config);
      }
      try (Scope scope = Scope.open()) {
        tensors.replaceAll((name, tensor) -> tensor.to(dtype.scalarType()));
        HuggingFaceWriter.write(folder, config, Content.of(tensors), base, ModelSaver.SHARD_BYTES);
      }
    }
  }

  private static void merge(
      VisionLanguageModel model, Map<String, Tensor> tensors, WeightNames names, Retained kept) {
    Adapter adapter = Objects.requireNonNull(model.parameters().adapter());
    Map<String, Tensor> factors = new LinkedHashMap<>();
    adapter.tensors().forEach(factor -> factors.put(factor.name(), factor.value()));
    for (Tuning.Pair pair : adapter.pairs()) {
      String weight = pair.weight().name();
      Tensor sum = tensors.get(weight);
      if (sum == null) { // a tied head
        try (Scope scope = Scope.open()) {
          sum = kept.keep(Objects.requireNonNull(tensors.get(names.embedding())).clone());
        }
        tensors.put(weight, sum);
      }
      sum.addmm_(
          Objects.requireNonNull(factors.get(pair.name() + ".lora_B.weight")),
          Objects.requireNonNull(factors.get(pair.name() + ".lora_A.weight")),
          new Scalar(1.0),
          new Scalar(pair.scale()));
    }
  }

  private static void untie(ObjectNode config) {
    config.put("tie_word_embeddings", false);
    if (config.get("text_config") instanceof ObjectNode text && text.has("tie_word_embeddings")) {
      text.put("tie_word_embeddings", false);
    }
  }

  private static Dtype dtype(JsonNode config) {
    JsonNode named =
        config.hasNonNull("dtype")
            ? config.get("dtype")
            : config.path("torch_dtype").isMissingNode()
                ? config.path("text_config").path("torch_dtype")
                : config.path("torch_dtype");
    String text = named.asText("float32").toUpperCase(Locale.ROOT);
    return text.equals("BFLOAT16") || text.equals("FLOAT16") ? Dtype.valueOf(text) : Dtype.FLOAT32;
  }
}
