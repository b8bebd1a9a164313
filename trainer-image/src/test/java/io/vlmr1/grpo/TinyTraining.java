package io.vlmr1.grpo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.TinyModel;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.api.v1alpha1.SyncReferenceSpec;
import io.vlmr1.checkpoint.Checkpoint;
import io.vlmr1.checkpoint.Checkpoints;
import io.vlmr1.checkpoint.Evaluated;
import io.vlmr1.checkpoint.OptimizerState;
import io.vlmr1.data.Row;
import io.vlmr1.data.Sampler;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.dist.Ranks;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.SmartResize;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.optim.AdamW;
import io.vlmr1.optim.LearningRates;
import io.vlmr1.plan.PhaseClock;
import io.vlmr1.reward.Completion;
import io.vlmr1.reward.Reward;
import io.vlmr1.reward.Score;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.text.Message;
import io.vlmr1.weights.Content;
import io.vlmr1.weights.SafetensorsFile;
import io.vlmr1.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A whole GRPO training of the tiny model without files: rows name a token, and completions are
 * better the more often they hold it.
 */
final class TinyTraining implements AutoCloseable {
  private static final int VOCABULARY = 16;
  private final Setup setup;
  private final Ranks ranks;
  private final TinyModel model = new TinyModel(VOCABULARY, 7);
  private final TinyModel reference = new TinyModel(VOCABULARY, 7);
  private final AdamW optimizer;
  final List<Map<String, Double>> metrics = new ArrayList<>();

  /** Rewards besides the two of its own. */
  final List<Judge.Weighted> further = new ArrayList<>();

  /**
   * What may differ between trainings that must come out alike.
   *
   * @param spec knobs
   * @param prompts distinct ones in the global batch
   * @param perMicroBatch prompts in a forward pass
   * @param steps in all
   * @param output where checkpoints go; null for none
   */
  record Setup(GrpoSpec spec, int prompts, int perMicroBatch, long steps, @Nullable Path output) {}

  TinyTraining(Setup setup, Ranks ranks) {
    this.setup = setup;
    this.ranks = ranks;
    optimizer = new AdamW(model.parameters(), new AdamW.Settings(0.9, 0.99, 1e-8, 0.01, 1.0));
  }

  /** Runs to the last step, or until asked to stop; goes on from the newest checkpoint. */
  long run(BooleanSupplier stop) {
    Optional<Checkpoint> from = checkpoints().flatMap(Checkpoints::newest);
    from.ifPresent(this::restore);
    Sampler sampler =
        new Sampler(
            40, setup.prompts(), setup.spec().generations(), setup.spec().iterations(), 5, true);
    PromptFeed feed = feed(sampler);
    List<Judge.Weighted> rewards = new ArrayList<>(further);
    rewards.add(new Judge.Weighted(new Wanted(), 1));
    rewards.add(new Judge.Weighted(new Brief(), 0.2));
    Judge judge = new Judge(rewards, Arrays::toString, 14);
    GrpoParts parts =
        new GrpoParts(
            setup.spec(),
            model,
            reference,
            optimizer,
            ranks,
            feed,
            sampler,
            judge,
            setup.perMicroBatch(),
            ForwardPass.Keep.ACTIVATIONS,
            following());
    TrainingLoop.Plan plan =
        new TrainingLoop.Plan(
            from.map(checkpoint -> checkpoint.state().step()).orElse(0L),
            from.map(checkpoint -> checkpoint.state().tokens()).orElse(0L),
            setup.steps(),
            sampler.stepsPerEpoch(),
            LearningRates.linear(0.05, 0, (int) setup.steps()),
            2);
    try (GrpoStep step = new GrpoStep(parts, Runnable::run, StepListener.NONE)) {
      TrainingStep recorded =
          new TrainingStep() {
            @Override
            public Map<String, Double> run(long number, double learningRate) {
              Map<String, Double> found = step.run(number, learningRate);
              metrics.add(repeatable(found));
              return found;
            }

            @Override
            public boolean resumableAfter(long number) {
              return step.resumableAfter(number);
            }

            @Override
            public void close() {}
          };
      return new TrainingLoop(plan, ranks, this::save, StepListener.NONE).run(recorded, stop);
    }
  }

  private PromptFeed feed(Sampler sampler) {
    return new PromptFeed(
        rows(),
        sampler,
        new PromptFeed.Place(ranks.rank(), ranks.size()),
        new PromptFeed.Maker(new TaskPrompt("{Question}"), new Words(), 100),
        Runnable::run);
  }

  private Optional<Checkpoints> checkpoints() {
    Path output = setup.output();
    if (output == null) {
      return Optional.empty();
    }
    JsonNode job = new ObjectMapper().valueToTree(Map.of("grpo", setup.spec()));
    return Optional.of(
        new Checkpoints(
            new OutputLayout(output),
            new Checkpoints.Policy(2, false, ranks.size(), job, Evaluated.BY_NOTHING)));
  }

  private void save(long step, long tokens, Map<String, Double> last) {
    if (ranks.rank() == 0) {
      checkpoints()
          .ifPresent(
              checkpoints ->
                  checkpoints.save(
                      folder ->
                          SafetensorsWriter.write(
                              folder.resolve("model.safetensors"),
                              Map.of("all", model.flatWeights()),
                              Map.of()),
                      new Checkpoints.Contents(
                          step, tokens, optimizer.steps(), contents(), Map.of())));
    }
  }

  private void restore(Checkpoint checkpoint) {
    checkpoint.restore(takers());
    optimizer.resume(checkpoint.state().optimizerSteps());
    try (Scope scope = Scope.open();
        SafetensorsFile file =
            SafetensorsFile.open(checkpoint.folder().resolve("model.safetensors"))) {
      model.flatWeights().detach().copy_(file.tensor("all"));
    }
  }

  private @Nullable FollowingReference following() {
    SyncReferenceSpec sync = setup.spec().syncReference();
    return sync == null ? null : new FollowingReference(sync, model, reference);
  }

  private Map<String, Content> contents() {
    Map<String, Content> contents = new LinkedHashMap<>(state().contents());
    FollowingReference following = following();
    if (following != null) {
      contents.putAll(Content.of(following.state()));
    }
    return contents;
  }

  private Map<String, Consumer<Tensor>> takers() {
    Map<String, Consumer<Tensor>> takers = new LinkedHashMap<>(state().takers());
    FollowingReference following = following();
    if (following != null) {
      following.state().forEach((name, mine) -> takers.put(name, mine::copy_));
    }
    return takers;
  }

  private OptimizerState state() {
    return new OptimizerState(optimizer, model.storage());
  }

  float[] weights() {
    return Tensors.toFloats(model.flatWeights());
  }

  /** Without what a clock says. */
  private static Map<String, Double> repeatable(Map<String, Double> found) {
    Map<String, Double> kept = new LinkedHashMap<>(found);
    kept.keySet().removeIf(name -> name.startsWith(PhaseClock.PREFIX));
    return kept;
  }

  private static List<Row> rows() {
    return IntStream.range(0, 40)
        .mapToObj(
            i ->
                new Row(
                    Path.of("rows.jsonl"),
                    i + 1,
                    "",
                    "x".repeat(1 + i % 3),
                    Integer.toString(2 + i % 3),
                    List.of(),
                    "default",
                    Map.of()))
        .toList();
  }

  @Override
  public void close() {
    optimizer.close();
    model.close();
    reference.close();
  }

  /** Prompts of one token for each letter of the question. */
  private static final class Words implements PromptProcessor {
    @Override
    public String render(List<Message> messages) {
      return messages.toString();
    }

    @Override
    public PreparedPrompt prepare(List<Message> messages, List<DecodedImage> images) {
      String question = render(messages);
      int letters = (int) question.chars().filter(c -> c == 'x').count() % 10;
      int[] ids = IntStream.range(0, 1 + letters).map(i -> 5 + letters + i % 3).toArray();
      return new PreparedPrompt(ids, List.of());
    }

    @Override
    public OptionalInt lengthAbove(
        int limit, List<Message> messages, List<SmartResize.Size> pictures) {
      return OptionalInt.empty();
    }

    @Override
    public int patchSide() {
      return 14;
    }

    @Override
    public int turnEnd() {
      return 0;
    }
  }

  private static final class Wanted implements Reward {
    @Override
    public String name() {
      return "wanted";
    }

    @Override
    public Score score(Completion completion) {
      String wanted = completion.row().solution();
      long hits =
          Arrays.stream(completion.text().replaceAll("[\\[\\] ]", "").split(",", -1))
              .filter(wanted::equals)
              .count();
      return Score.of((double) hits / completion.tokens(), "share of " + wanted);
    }
  }

  private static final class Brief implements Reward {
    @Override
    public String name() {
      return "brief";
    }

    @Override
    public Score score(Completion completion) {
      return completion.tokens() > 4
          ? Score.notApplicable("long")
          : Score.of(1.0 / completion.tokens(), "short");
    }
  }
}
