package io.vlmr1.dist;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.AdapterTargets;
import io.vlmr1.model.DecodeSession;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.Freeze;
import io.vlmr1.model.GoldenCase;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.ModelTuning;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WeightNames;
import io.vlmr1.nn.Adapter;
import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Storage;
import io.vlmr1.nn.Tuning;
import io.vlmr1.optim.AdamW;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.AdapterConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * Two steps of a small model on four sequences, which the ranks take in turn, each in a pass of its
 * own: with pictures and without, so that ranks do not go through the same units.
 */
final class ZeroTraining {
  /** Not far below the gradients: what is rounding of a 0 must not decide where a weight goes. */
  private static final double EPSILON = 1e-4;

  private ZeroTraining() {}

  /** What trains. */
  enum Variant {
    /** All of it, float32. */
    ALL,
    /** All of it, with a sequence less: ranks have different numbers of passes. */
    UNEVEN,
    /** Without the vision side. */
    FROZEN,
    /** A LoRA adapter. */
    LORA,
    /** bfloat16 weights with float32 gradients. */
    MIXED
  }

  /**
   * Where two steps led.
   *
   * @param moment first moments after the first step: gradients times 1 - beta1
   * @param weights after both, with an adapter's
   * @param logits of a rollout by the moved model
   * @param gradientBytes held at rest
   * @param optimizerBytes held
   */
  record Result(
      float[] moment, float[] weights, float[] logits, long gradientBytes, long optimizerBytes) {}

  static Function<WeightNames, Tuning> tuning(Variant variant) {
    return switch (variant) {
      case ALL, UNEVEN -> names -> Tuning.ALL;
      case FROZEN -> ModelTuning.weights(new Freeze(List.of("vision")));
      case LORA ->
          ModelTuning.newAdapter(
              new AdapterConfig(3, 6, 0, true, Map.of(), List.of()),
              new AdapterTargets(List.of(), null),
              new Freeze(List.of()));
      case MIXED -> names -> Tuning.ALL.withGradients(Dtype.FLOAT32);
    };
  }

  /** Trains; what it answers is whole on rank 0 and of no meaning elsewhere. */
  static Result run(String name, Variant variant, Ranks ranks, Storage.Maker storage) {
    Dtype dtype = variant == Variant.MIXED ? Dtype.BFLOAT16 : Dtype.FLOAT32;
    try (GoldenCase golden = GoldenCase.read(name, "two_images");
        VisionLanguageModel model =
            ModelLoader.load(
                ReferenceFolder.path("models/" + name),
                dtype,
                tuning(variant).andThen(tuning -> tuning.storedIn(storage)))) {
      begin(model);
      AdamW.Settings settings = new AdamW.Settings(0.9, 0.99, EPSILON, 0.1, 0.5);
      try (AdamW optimizer = new AdamW(model.parameters(), settings)) {
        List<Pack> packs = packs(golden.rows().get(0).prompt(), variant);
        step(model, optimizer, packs, ranks);
        float[] moment = ranks.rank() == 0 ? moment(model, optimizer) : new float[0];
        step(model, optimizer, packs, ranks);
        float[] logits = decode(model, golden, ranks.rank() == 0 ? 3 : 1);
        float[] weights = ranks.rank() == 0 ? weights(model.parameters()) : new float[0];
        ranks.barrier(); // pieces are read until here
        return new Result(
            moment,
            weights,
            logits,
            model.parameters().storage().held().gradients(),
            optimizer.bytes());
      }
    }
  }

  /** Second factors that are not 0, so that the first ones get gradients. */
  private static void begin(VisionLanguageModel model) {
    Adapter adapter = model.parameters().adapter();
    if (adapter == null) {
      return;
    }
    adapter.begin(7);
    for (Parameters.Parameter tensor : adapter.tensors()) {
      float[] values = new float[(int) tensor.value().numel()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.05 * Math.sin(i + tensor.name().length()));
      }
      try (Scope scope = Scope.open()) {
        tensor.value().copy_(Tensors.ofFloats(values, Tensors.shape(tensor.value())));
      }
    }
  }

  private static List<Pack> packs(PreparedPrompt pictures, Variant variant) {
    PreparedPrompt text = new PreparedPrompt(new int[] {7, 8, 9, 10}, List.of());
    List<Pack> packs = new ArrayList<>();
    packs.add(pack(pictures, 5, 6, 7, 8, 9));
    packs.add(pack(text, 11, 12));
    packs.add(pack(pictures, 13, 14, 15));
    if (variant != Variant.UNEVEN) {
      packs.add(pack(text, 20, 21, 22, 23));
    }
    return packs;
  }

  private static Pack pack(PreparedPrompt prompt, int... completion) {
    return new Pack(List.of(new Pack.Group(prompt, List.of(completion))));
  }

  private static void step(
      VisionLanguageModel model, AdamW optimizer, List<Pack> packs, Ranks ranks) {
    Storage storage = model.parameters().storage();
    List<Integer> mine = new ArrayList<>();
    for (int i = ranks.rank(); i < packs.size(); i += ranks.size()) {
      mine.add(i);
    }
    storage.begin(mine.size());
    for (int i : mine) {
      try (ForwardPass pass = model.forward(packs.get(i), 1, ForwardPass.Keep.LAYER_INPUTS)) {
        storage.backward(() -> backward(pass, i));
      }
    }
    storage.complete();
    optimizer.step(1e-3);
  }

  private static void backward(ForwardPass pass, int index) {
    try (Scope scope = Scope.open()) {
      float[] outer = new float[(int) pass.logProbabilities().numel()];
      for (int i = 0; i < outer.length; i++) {
        outer[i] = (float) Math.sin(1 + 10 * index + i);
      }
      pass.backward(Tensors.ofFloats(outer, outer.length));
    }
  }

  private static float[] moment(VisionLanguageModel model, AdamW optimizer) {
    String name = "first_moment";
    Tensor mine = Objects.requireNonNull(optimizer.state().get(name));
    List<float[]> parts = new ArrayList<>();
    model.parameters().storage().whole(name, mine, part -> parts.add(Tensors.toFloats(part)));
    return joined(parts);
  }

  private static float[] weights(Parameters parameters) {
    List<float[]> parts = new ArrayList<>();
    parameters.read(parameter -> parts.add(Tensors.toFloats(parameter.value())));
    Adapter adapter = parameters.adapter();
    if (adapter != null) {
      adapter.tensors().forEach(tensor -> parts.add(Tensors.toFloats(tensor.value())));
    }
    return joined(parts);
  }

  private static float[] decode(VisionLanguageModel model, GoldenCase golden, int tokens) {
    try (DecodeSession session =
        model.decode(List.of(golden.rows().get(0).prompt()), 2, tokens + 1)) {
      for (int i = 0; i < tokens; i++) {
        session.advance(new int[] {5 + i, 9 + i});
      }
      return Tensors.toFloats(session.logits());
    }
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
