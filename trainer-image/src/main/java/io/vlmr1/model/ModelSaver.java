package io.vlmr1.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.HuggingFaceFolder;
import io.vlmr1.weights.HuggingFaceWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Writes a model as a folder that transformers, vLLM and {@link ModelLoader} open. */
public final class ModelSaver {
  /** The hub's tools take shards of 5 GB. */
  static final long SHARD_BYTES = 5_000_000_000L;

  private ModelSaver() {}

  /**
   * Writes config.json, the weights under hub names, and what belongs to them.
   *
   * @param start the folder that the model was made from: its config, tokenizer, template and
   *     preprocessor go along
   * @param folder is made; files of the same names in it are replaced
   * @throws IOException when the disk is full or not writable
   */
  public static void save(VisionLanguageModel model, Path start, Path folder) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters().all()) {
      tensors.put(parameter.name(), parameter.value());
    }
    ObjectNode config = HuggingFaceFolder.config(start).deepCopy();
    String dtype =
        Dtype.of(model.parameters().all().get(0).value()).name().toLowerCase(Locale.ROOT);
    config.put(config.has("dtype") ? "dtype" : "torch_dtype", dtype);
    HuggingFaceWriter.write(folder, config, tensors, start, SHARD_BYTES);
  }
}
