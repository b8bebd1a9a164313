package io.vlmr1.cli.worker;

import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.api.v1alpha1.SyncReferenceSpec;
import io.vlmr1.api.v1alpha1.ValidationSpec;
import io.vlmr1.checkpoint.Checkpoint;
import io.vlmr1.checkpoint.OptimizerState;
import io.vlmr1.data.DataSet;
import io.vlmr1.data.Row;
import io.vlmr1.dist.Ranks;
import io.vlmr1.dist.ZeroStorage;
import io.vlmr1.grpo.FollowingReference;
import io.vlmr1.grpo.GrpoParts;
import io.vlmr1.grpo.GrpoStep;
import io.vlmr1.grpo.HeldOut;
import io.vlmr1.grpo.Judge;
import io.vlmr1.grpo.PromptFeed;
import io.vlmr1.grpo.RewardValidation;
import io.vlmr1.grpo.StepListener;
import io.vlmr1.grpo.TrainingStep;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WithoutAdapter;
import io.vlmr1.nn.Storage;
import io.vlmr1.nn.WholeStorage;
import io.vlmr1.optim.AdamW;
import io.vlmr1.sft.LossValidation;
import io.vlmr1.sft.Packing;
import io.vlmr1.sft.SftStep;
import io.vlmr1.sft.Targets;
import io.vlmr1.weights.Content;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The model that learns, with its optimizer, and the model that it must not leave too far behind.
 */
final class Learner implements AutoCloseable {
  private final GrpoJobSpec spec;
  private final TrainedModel trained;
  private final VisionLanguageModel model;
  private final @Nullable VisionLanguageModel reference;
  private final AdamW optimizer;
  private final Keep keep;

  private Learner(
      GrpoJobSpec spec,
      TrainedModel trained,
      @Nullable VisionLanguageModel reference,
      AdamW optimizer,
      Keep keep) {
    this.keep = keep;
    this.spec = spec;
    this.trained = trained;
    this.model = trained.model();
    this.reference = reference;
    this.optimizer = optimizer;
  }

  /**
   * Loads weights and moments: those of the checkpoint, or the starting ones.
   *
   * @param ranks over which what trains may be spread
   * @param activations bytes that passes may keep
   */
  static Learner open(
      WorkerSettings settings, Optional<Checkpoint> from, Ranks ranks, long activations) {
    GrpoJobSpec spec = settings.spec();
    TrainedModel trained = TrainedModel.open(settings, from, storage(spec, ranks));
    VisionLanguageModel model = trained.model();
    boolean penalty = spec.method() == Method.GRPO && spec.grpo().beta() != 0;
    VisionLanguageModel reference = penalty ? reference(settings, trained) : null;
    AdamW optimizer =
        new AdamW(
            model.parameters(),
            new AdamW.Settings(
                spec.optimizer().beta1(),
                spec.optimizer().beta2(),
                spec.optimizer().epsilon(),
                spec.optimizer().weightDecay(),
                spec.optimizer().maxGradientNorm()));
    Learner learner = new Learner(spec, trained, reference, optimizer, Keep.within(activations));
    from.ifPresent(
        checkpoint -> {
          checkpoint.restore(learner.takers());
          optimizer.resume(checkpoint.state().optimizerSteps());
        });
    return learner;
  }

  /** Where weights that train lie: alone, in this process; else as the job's stage of ZeRO says. */
  private static Storage.Maker storage(GrpoJobSpec spec, Ranks ranks) {
    int stage = spec.training().zeroStage();
    return ranks.size() == 1 ? WholeStorage::new : layout -> new ZeroStorage(layout, ranks, stage);
  }

  /** What a checkpoint holds besides the weights, by name. */
  Map<String, Content> contents() {
    Map<String, Content> contents = new LinkedHashMap<>(optimizerState().contents());
    FollowingReference following = following();
    if (following != null) {
      contents.putAll(Content.of(following.state()));
    }
    return contents;
  }

  private Map<String, Consumer<Tensor>> takers() {
    Map<String, Consumer<Tensor>> takers = new LinkedHashMap<>(optimizerState().takers());
    FollowingReference following = following();
    if (following != null) {
      following.state().forEach((name, mine) -> takers.put(name, mine::copy_));
    }
    return takers;
  }

  private OptimizerState optimizerState() {
    return new OptimizerState(optimizer, model.parameters().storage());
  }

  private @Nullable FollowingReference following() {
    SyncReferenceSpec sync = spec.grpo().syncReference();
    return sync == null || reference == null
        ? null
        : new FollowingReference(sync, model, reference);
  }

  /** The starting model: the trained one without its adapter, or a copy of its own. */
  private static VisionLanguageModel reference(WorkerSettings settings, TrainedModel trained) {
    return trained.adapter() == null
        ? TrainedModel.reference(settings)
        : new WithoutAdapter(trained.model());
  }

  TrainedModel trained() {
    return trained;
  }

  AdamW optimizer() {
    return optimizer;
  }

  /**
   * What a training repeats.
   *
   * @param step of the job's method
   * @param heldOut measures on the rows that are held out; null when none are
   */
  record Work(TrainingStep step, @Nullable HeldOut heldOut) implements AutoCloseable {
    @Override
    public void close() {
      step.close();
    }
  }

  /** The work of the job's method. */
  Work work(
      Lesson lesson, Prompts prompts, Ranks ranks, Executor background, StepListener listener) {
    PromptFeed feed =
        new PromptFeed(
            lesson.data().rows(),
            lesson.sampler(),
            new PromptFeed.Place(ranks.rank(), ranks.size()),
            prompts.maker(spec),
            background);
    int micro = Lesson.promptsPerMicroBatch(spec);
    if (spec.method() == Method.SFT) {
      Targets targets = new Targets(prompts.tokenizer(), prompts.processor().turnEnd());
      Integer tokens = spec.training().packTokens();
      Packing packing = tokens == null ? Packing.byRows(micro) : Packing.byTokens(tokens);
      SftStep.Parts parts =
          new SftStep.Parts(model, optimizer, ranks, feed, targets, packing, keep);
      HeldOut loss =
          lesson.validation().isEmpty()
              ? null
              : new LossValidation(parts, heldOut(lesson), prompts.maker(spec));
      return new Work(new SftStep(parts), loss);
    }
    Judge judge =
        new Judge(weighted(lesson), prompts.tokenizer()::decode, prompts.processor().patchSide());
    GrpoParts parts =
        new GrpoParts(
            spec.grpo(),
            model,
            reference,
            optimizer,
            ranks,
            feed,
            lesson.sampler(),
            judge,
            micro,
            keep,
            following());
    return new Work(
        new GrpoStep(parts, background, listener), validation(lesson, prompts, ranks, judge));
  }

  private @Nullable HeldOut validation(Lesson lesson, Prompts prompts, Ranks ranks, Judge judge) {
    if (lesson.validation().isEmpty()) {
      return null;
    }
    // as many rows together as completions are sampled together in training
    int batch = Lesson.promptsPerMicroBatch(spec) * spec.grpo().generations();
    return new RewardValidation(
        new RewardValidation.Rows(heldOut(lesson), prompts.maker(spec), batch),
        judge,
        ranks,
        model,
        spec.grpo().maxCompletionTokens());
  }

  private List<Row> heldOut(Lesson lesson) {
    List<Row> rows = lesson.validation().map(DataSet::rows).orElse(List.of());
    ValidationSpec validation = spec.training().validation();
    Integer most = validation == null ? null : validation.maxRows();
    return most == null ? rows : rows.subList(0, Math.min(most, rows.size()));
  }

  private static List<Judge.Weighted> weighted(Lesson lesson) {
    List<Judge.Weighted> weighted = new ArrayList<>();
    double[] weights = lesson.rewards().weights();
    for (int i = 0; i < weights.length; i++) {
      weighted.add(new Judge.Weighted(lesson.rewards().rewards().get(i), weights[i]));
    }
    return weighted;
  }

  @Override
  public void close() {
    optimizer.close();
    if (reference != null) {
      reference.close();
    }
    model.close();
  }
}
