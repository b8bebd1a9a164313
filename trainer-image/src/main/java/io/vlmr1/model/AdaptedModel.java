package io.vlmr1.model;

import io.vlmr1.nn.Adapter;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Slot.Part;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.AdapterConfig;
import io.vlmr1.weights.AdapterFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/** A model with a LoRA adapter: how it is opened, and how the adapter is filled and saved. */
public final class AdaptedModel {
  private AdaptedModel() {}

  /**
   * A model with an adapter that is there, ready to answer.
   *
   * @param base the model's folder
   * @param adapter as peft saves it
   * @throws io.vlmr1.api.contract.VlmR1Exception (bad model) when the two do not fit
   */
  public static VisionLanguageModel load(Path base, Path adapter, Dtype dtype) {
    try (AdapterFolder folder = AdapterFolder.open(adapter)) {
      return load(base, folder, dtype, ModelTuning.existing(folder, 0));
    }
  }

  /**
   * As {@link #load(Path, Path, Dtype)}, to go on training.
   *
   * @param tuning made of {@link ModelTuning#existing}
   */
  public static VisionLanguageModel load(
      Path base, AdapterFolder adapter, Dtype dtype, Function<WeightNames, Tuning> tuning) {
    VisionLanguageModel model = ModelLoader.load(base, dtype, tuning);
    try {
      adapter(model).begin(0);
      fill(adapter(model), adapter, ModelLoader.names(base));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    return model;
  }

  private static Adapter adapter(VisionLanguageModel model) {
    Adapter adapter = model.parameters().adapter();
    if (adapter == null) {
      throw new IllegalArgumentException("the model has no adapter");
    }
    return adapter;
  }

  private static void fill(Adapter adapter, AdapterFolder folder, WeightNames names) {
    Map<String, Tensor> open = new LinkedHashMap<>();
    adapter.tensors().forEach(tensor -> open.put(tensor.name(), tensor.value()));
    try (Scope scope = Scope.open()) {
      for (Tuning.Pair pair : adapter.pairs()) {
        String module =
            ModelTuning.found(folder.ranks().keySet(), pair.weight().name(), names).orElseThrow();
        copy(factor(open, pair, "A"), folder.first(module), module, folder);
        copy(factor(open, pair, "B"), folder.second(module), module, folder);
      }
      for (Parameter whole : adapter.whole()) {
        String name =
            names.all(whole.name()).stream()
                .filter(folder.whole()::contains)
                .findFirst()
                .orElseThrow(() -> folder.bad("it lacks the tensor " + whole.name()));
        copy(whole.value(), folder.wholeTensor(name), name, folder);
      }
    }
  }

  private static Tensor factor(Map<String, Tensor> factors, Tuning.Pair pair, String which) {
    return Objects.requireNonNull(factors.get(pair.name() + ".lora_" + which + ".weight"));
  }

  private static void copy(Tensor to, Tensor from, String name, AdapterFolder folder) {
    if (!Arrays.equals(Tensors.shape(to), Tensors.shape(from))) {
      throw folder.bad(
          "a tensor of %s has the shape %s where the model asks for %s"
              .formatted(
                  name, Arrays.toString(Tensors.shape(from)), Arrays.toString(Tensors.shape(to))));
    }
    to.copy_(from);
  }

  /**
   * Saves a model's adapter as peft does.
   *
   * @param base the model's folder
   * @param named what the adapter is said to be made for
   * @throws IOException when the disk is full or not writable
   */
  public static void save(
      VisionLanguageModel model, AdapterConfig config, Path base, String named, Path folder)
      throws IOException {
    WeightNames names = ModelLoader.names(base);
    Adapter adapter = adapter(model);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    adapter.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor.value()));
    for (Parameter whole : adapter.whole()) {
      tensors.put(AdapterFolder.PREFIX + names.all(whole.name()).get(0), whole.value());
    }
    List<String> adapted =
        adapter.pairs().stream()
            .map(Tuning.Pair::weight)
            .map(Part::name)
            .map(names::module)
            .toList();
    List<String> all =
        model.parameters().all().stream().map(each -> names.module(each.name())).toList();
    AdapterFolder.Made made = new AdapterFolder.Made(named, names.generates() ? "CAUSAL_LM" : null);
    AdapterFolder.write(folder, config, made, AdapterTargets.shortest(adapted, all), tensors);
  }
}
