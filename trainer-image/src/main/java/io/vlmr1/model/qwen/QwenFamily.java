package io.vlmr1.model.qwen;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WeightNames;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.text.Tokenizer;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Loads Qwen2.5-VL folders, with the names of the hub's files or those that transformers uses
 * inside.
 */
public final class QwenFamily implements ModelFamily {
  private static final String TYPE = "qwen2_5_vl";
  private static final WeightNames NAMES = new QwenNames();

  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public VisionLanguageModel load(Source source, Dtype dtype, Tuning tuning) {
    Natives.load();
    QwenConfig config = QwenConfig.of(source.folder(), source.config(), source.generation());
    FlatParameters weights = QwenModel.parameters(config, dtype, tuning);
    try (HuggingFaceFolder files = HuggingFaceFolder.open(source.folder())) {
      for (Parameter parameter : weights.all()) {
        copy(files, parameter);
      }
    } catch (VlmR1Exception error) {
      weights.close();
      throw error;
    }
    return new QwenModel(config, weights, TYPE);
  }

  private static void copy(HuggingFaceFolder files, Parameter parameter) {
    String name =
        Stream.concat(Stream.of(parameter.name()), NAMES.all(parameter.name()).stream())
            .filter(files.names()::contains)
            .findFirst()
            .orElse(parameter.name());
    long[] found = files.shape(name);
    long[] expected = Tensors.shape(parameter.value());
    if (!Arrays.equals(found, expected)) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          "%s: tensor %s has the shape %s where config.json asks for %s; take config.json and weights from one model"
              .formatted(files.folder(), name, Arrays.toString(found), Arrays.toString(expected)));
    }
    try (Scope scope = Scope.open()) {
      parameter.value().copy_(files.tensor(name));
    }
  }

  @Override
  public WeightNames names() {
    return NAMES;
  }

  @Override
  public VisionLanguageModel random(Source source, Dtype dtype, long seed) {
    Natives.load();
    QwenConfig config = QwenConfig.of(source.folder(), source.config(), source.generation());
    double range = source.config().path("initializer_range").asDouble(0.02);
    FlatParameters weights = QwenModel.parameters(config, dtype, Tuning.ALL);
    SplittableRandom seeds = new SplittableRandom(seed);
    for (Parameter parameter : weights.all()) {
      fill(parameter, range, seeds.split());
    }
    return new QwenModel(config, weights, TYPE);
  }

  @Override
  public PromptProcessor processor(Path folder, Tokenizer tokenizer, PixelLimits pixels) {
    return QwenPromptProcessor.open(folder, tokenizer, pixels.least(), pixels.most());
  }

  private static void fill(Parameter parameter, double range, SplittableRandom random) {
    String name = parameter.name();
    if (name.endsWith(".bias")) {
      parameter.value().zero_();
    } else if (parameter.value().dim() == 1) {
      parameter.value().fill_(new Scalar(1.0)); // norms
    } else {
      float[] values = new float[Math.toIntExact(parameter.value().numel())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (range * random.nextGaussian());
      }
      try (Scope scope = Scope.open()) {
        Tensor made = Tensors.ofFloats(values, Tensors.shape(parameter.value()));
        parameter.value().copy_(made);
      }
    }
  }
}
