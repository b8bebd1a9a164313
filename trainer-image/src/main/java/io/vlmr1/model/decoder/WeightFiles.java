package io.vlmr1.model.decoder;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Fills a model's weights: from a folder's files, or with random numbers. */
public final class WeightFiles {
  private WeightFiles() {}

  /**
   * Weights from the files of a folder.
   *
   * @param slots the model's
   * @param names what files may call a tensor, given its hub name: the first that is there is taken
   * @param tuning what of them trains
   * @throws VlmR1Exception (bad model) naming a tensor that is missing or of another shape
   */
  public static FlatParameters load(
      Path folder,
      List<Slot> slots,
      Function<String, List<String>> names,
      Dtype dtype,
      Tuning tuning) {
    Natives.load();
    FlatParameters weights = new FlatParameters(slots, dtype, tuning);
    try (HuggingFaceFolder files = HuggingFaceFolder.open(folder)) {
      weights.fill(parameter -> copy(files, parameter, names.apply(parameter.name())));
    } catch (VlmR1Exception error) {
      weights.close();
      throw error;
    }
    return weights;
  }

  private static void copy(HuggingFaceFolder files, Parameter parameter, List<String> names) {
    String name =
        names.stream().filter(files.names()::contains).findFirst().orElse(parameter.name());
    long[] found = files.shape(name);
    long[] expected = Tensors.shape(parameter.value());
    if (!Arrays.equals(found, expected)) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          "%s: tensor %s has the shape %s where config.json asks for %s; take config.json and weights from one model"
              .formatted(files.folder(), name, Arrays.toString(found), Arrays.toString(expected)));
    }
    files.read(name, parameter.value());
  }

  /** Whether the folder has weight files and none of them holds any of the names. */
  public static boolean lack(Path folder, List<String> names) {
    if (!Files.isRegularFile(folder.resolve("model.safetensors"))
        && !Files.isRegularFile(folder.resolve("model.safetensors.index.json"))) {
      return false;
    }
    try (HuggingFaceFolder files = HuggingFaceFolder.open(folder)) {
      return names.stream().noneMatch(files.names()::contains);
    }
  }

  /**
   * Random weights, the same for the same seed: normal with a deviation, norms 1, biases 0.
   *
   * @param range the deviation
   */
  public static FlatParameters random(List<Slot> slots, double range, Dtype dtype, long seed) {
    Natives.load();
    FlatParameters weights = new FlatParameters(slots, dtype, true);
    SplittableRandom seeds = new SplittableRandom(seed);
    weights.fill(parameter -> fill(parameter, range, seeds.split()));
    return weights;
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
