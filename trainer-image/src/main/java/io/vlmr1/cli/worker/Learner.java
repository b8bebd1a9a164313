package io.vlmr1.cli.worker;

import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.api.v1alpha1.TrainingSpec.Recompute;
import io.vlmr1.checkpoint.Checkpoint;
import io.vlmr1.dist.Ranks;
import io.vlmr1.grpo.GrpoParts;
import io.vlmr1.grpo.GrpoStep;
import io.vlmr1.grpo.Judge;
import io.vlmr1.grpo.PromptFeed;
import io.vlmr1.grpo.StepListener;
import io.vlmr1.grpo.TrainingStep;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WithoutAdapter;
import io.vlmr1.optim.AdamW;
import io.vlmr1.sft.SftStep;
import io.vlmr1.sft.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
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

  private Learner(
      GrpoJobSpec spec,
      TrainedModel trained,
      @Nullable VisionLanguageModel reference,
      AdamW optimizer) {
    this.spec = spec;
    this.trained = trained;
    this.model = trained.model();
    this.reference = reference;
    this.optimizer = optimizer;
  }

  /** Loads weights and moments: those of the checkpoint, or the starting ones. */
  static Learner open(WorkerSettings settings, Optional<Checkpoint> from) {
    GrpoJobSpec spec = settings.spec();
    TrainedModel trained = TrainedModel.open(settings, from);
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
    from.ifPresent(
        checkpoint -> {
          checkpoint.restore(optimizer.state());
          optimizer.resume(checkpoint.state().optimizerSteps());
        });
    return new Learner(spec, trained, reference, optimizer);
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

  /** The step of the job's method. */
  TrainingStep step(
      Lesson lesson, Prompts prompts, Ranks ranks, Executor background, StepListener listener) {
    PromptFeed feed =
        new PromptFeed(
            lesson.rows(),
            lesson.sampler(),
            new PromptFeed.Place(ranks.rank(), ranks.size()),
            prompts.maker(spec),
            background);
    ForwardPass.Keep keep =
        spec.training().recompute() == Recompute.FULL
            ? ForwardPass.Keep.LAYER_INPUTS
            : ForwardPass.Keep.ACTIVATIONS;
    int micro = Lesson.promptsPerMicroBatch(spec);
    if (spec.method() == Method.SFT) {
      Targets targets = new Targets(prompts.tokenizer(), prompts.processor().turnEnd());
      return new SftStep(new SftStep.Parts(model, optimizer, ranks, feed, targets, micro, keep));
    }
    Judge judge =
        new Judge(weighted(lesson), prompts.tokenizer()::decode, prompts.processor().patchSide());
    return new GrpoStep(
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
            keep),
        background,
        listener);
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
