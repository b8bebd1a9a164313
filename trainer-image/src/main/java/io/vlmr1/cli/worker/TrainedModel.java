package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.AdapterSpec;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.TrainingSpec.Precision;
import io.vlmr1.checkpoint.Checkpoint;
import io.vlmr1.model.AdaptedModel;
import io.vlmr1.model.AdapterTargets;
import io.vlmr1.model.Freeze;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.ModelSaver;
import io.vlmr1.model.ModelTuning;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WeightNames;
import io.vlmr1.nn.Storage;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.AdapterConfig;
import io.vlmr1.weights.AdapterFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The model that learns, as the job says what of it does, and how it is saved.
 *
 * @param model its weights
 * @param adapter what its adapter's files say; null when the weights themselves train
 */
record TrainedModel(VisionLanguageModel model, @Nullable AdapterConfig adapter) {

  /**
   * Loads what a training starts from, or goes on from.
   *
   * @param storage of what trains
   */
  static TrainedModel open(
      WorkerSettings settings, Optional<Checkpoint> from, Storage.Maker storage) {
    GrpoJobSpec spec = settings.spec();
    AdapterSpec asked = spec.adapter();
    Path start = settings.startingModel();
    Optional<Path> reached = from.map(Checkpoint::folder);
    if (asked == null) {
      Function<WeightNames, Tuning> tuning = ModelTuning.weights(freeze(spec));
      return new TrainedModel(
          ModelLoader.load(reached.orElse(start), dtype(spec), stored(spec, tuning, storage)),
          null);
    }
    String source = asked.source();
    if (reached.isEmpty() && source == null) {
      return begin(spec, asked, start, storage);
    }
    Path folder = reached.orElseGet(() -> settings.data().resolve(Objects.requireNonNull(source)));
    try (AdapterFolder files = AdapterFolder.open(folder)) {
      requireSame(asked, files.config(), folder);
      Function<WeightNames, Tuning> tuning = ModelTuning.existing(files, asked.dropout());
      return new TrainedModel(
          AdaptedModel.load(start, files, dtype(spec), stored(spec, tuning, storage)),
          files.config().withDropout(asked.dropout()));
    }
  }

  /** What of a model trains, before any of its files but config.json is read. */
  static Function<WeightNames, Tuning> tuning(GrpoJobSpec spec) {
    AdapterSpec asked = spec.adapter();
    return asked == null ? ModelTuning.weights(freeze(spec)) : pairs(spec, asked);
  }

  private static Function<WeightNames, Tuning> pairs(GrpoJobSpec spec, AdapterSpec asked) {
    AdapterTargets targets = new AdapterTargets(asked.targetModules(), asked.targetPattern());
    return ModelTuning.newAdapter(config(asked), targets, freeze(spec));
  }

  private static AdapterConfig config(AdapterSpec asked) {
    return new AdapterConfig(
        asked.rank(),
        asked.alpha(),
        asked.dropout(),
        asked.rankStabilised(),
        Map.of(),
        asked.modulesToSave());
  }

  private static TrainedModel begin(
      GrpoJobSpec spec, AdapterSpec asked, Path start, Storage.Maker storage) {
    VisionLanguageModel model =
        ModelLoader.load(start, dtype(spec), stored(spec, pairs(spec, asked), storage));
    Objects.requireNonNull(model.parameters().adapter()).begin(spec.training().seed());
    return new TrainedModel(model, config(asked));
  }

  /**
   * What the user wrote and what the files say must not differ: one of the two would be ignored.
   */
  private static void requireSame(AdapterSpec asked, AdapterConfig files, Path folder) {
    AdapterSpec defaults = AdapterSpec.defaults();
    boolean rank = asked.rank().equals(defaults.rank()) || asked.rank() == files.rank();
    boolean alpha = asked.alpha().equals(defaults.alpha()) || asked.alpha() == files.alpha();
    if (!rank || !alpha) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          "spec.adapter: rank %d and alpha %d, but %s has rank %d and alpha %s; remove both from the spec"
              .formatted(asked.rank(), asked.alpha(), folder, files.rank(), files.alpha()));
    }
  }

  private static Freeze freeze(GrpoJobSpec spec) {
    return new Freeze(spec.model().freeze());
  }

  private static Dtype dtype(GrpoJobSpec spec) {
    return spec.training().precision() == Precision.FLOAT32 ? Dtype.FLOAT32 : Dtype.BFLOAT16;
  }

  private static Function<WeightNames, Tuning> stored(
      GrpoJobSpec spec, Function<WeightNames, Tuning> tuning, Storage.Maker storage) {
    Function<WeightNames, Tuning> placed = tuning.andThen(each -> each.storedIn(storage));
    return spec.training().precision() == Precision.MIXED
        ? placed.andThen(each -> each.withGradients(Dtype.FLOAT32))
        : placed;
  }

  /** What the KL penalty is against, read from disk where there is no adapter to switch off. */
  static VisionLanguageModel reference(WorkerSettings settings) {
    return ModelLoader.load(settings.startingModel(), dtype(settings.spec()), false);
  }

  /** Writes the model's folder, or the adapter's. */
  void save(WorkerSettings settings, Path target) throws IOException {
    if (adapter == null) {
      ModelSaver.save(model, settings.startingModel(), target);
    } else {
      AdaptedModel.save(
          model, adapter, settings.startingModel(), settings.spec().model().source(), target);
    }
  }
}
