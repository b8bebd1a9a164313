package io.vlmr1.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Unit;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.Content;
import io.vlmr1.weights.HuggingFaceFolder;
import io.vlmr1.weights.HuggingFaceWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
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
    Map<String, Content> tensors = new LinkedHashMap<>();
    Reading reading = new Reading(model.parameters());
    for (Parameter parameter : model.parameters().all()) {
      Content value = Content.of(parameter.value());
      tensors.put(
          parameter.name(),
          new Content(value.dtype(), value.shape(), parts -> reading.each(parameter, parts)));
    }
    ObjectNode config = HuggingFaceFolder.config(start).deepCopy();
    String dtype =
        Dtype.of(model.parameters().all().get(0).value()).name().toLowerCase(Locale.ROOT);
    config.put(config.has("dtype") ? "dtype" : "torch_dtype", dtype);
    try (reading) {
      HuggingFaceWriter.write(folder, config, tensors, start, SHARD_BYTES);
    }
  }

  /** Weights that may lie elsewhere until they are written: a unit is brought once for them all. */
  private static final class Reading implements AutoCloseable {
    private final Parameters parameters;
    private Unit current = Unit.HERE;
    private Unit.Use use = Unit.Use.NOTHING;

    Reading(Parameters parameters) {
      this.parameters = parameters;
    }

    void each(Parameter parameter, Consumer<Tensor> parts) {
      Unit unit = parameters.unitOf(parameter);
      if (unit != current) {
        close();
        use = unit.read();
        current = unit;
      }
      parts.accept(parameter.value());
    }

    @Override
    public void close() {
      use.close();
      use = Unit.Use.NOTHING;
      current = Unit.HERE;
    }
  }
}
