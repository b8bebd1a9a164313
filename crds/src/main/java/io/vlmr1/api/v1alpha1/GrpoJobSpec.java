package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a user asks for. Null means the default, which is filled in here; nothing here throws. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "has(self.adapter) == has(oldSelf.adapter)"
            + " && (!has(self.adapter) || self.adapter == oldSelf.adapter)",
    message = "adapter: " + GrpoJob.IMMUTABLE)
public record GrpoJobSpec(
    @JsonPropertyDescription("How to train: GRPO, or SFT as the baseline")
        @Default("GRPO")
        @ValidationRule(value = "self == oldSelf", message = GrpoJob.IMMUTABLE)
        Method method,
    @JsonPropertyDescription(
            "Stop after a checkpoint and keep the volumes; false again goes on at the same step")
        @Default("false")
        Boolean suspend,
    @JsonPropertyDescription("Seconds after the end until the GrpoJob is deleted; absent: never")
        @Min(0) @Nullable Integer ttlSecondsAfterFinished,
    @JsonPropertyDescription("The model to start from")
        @Required
        @ValidationRule(value = "self == oldSelf", message = GrpoJob.IMMUTABLE)
        ModelSpec model,
    @JsonPropertyDescription("What to train on")
        @Required
        @ValidationRule(value = "self == oldSelf", message = GrpoJob.IMMUTABLE)
        DataSpec data,
    @JsonPropertyDescription(
            "Rewards by name; a completion's reward is their weighted sum; default: accuracy and format, 1.0 each")
        @Size(min = 1, max = 32) @Default(
            "[{\"name\": \"accuracy\", \"weight\": 1.0, \"parity\": false, \"timeoutSeconds\": 30.0,"
                + " \"retries\": 2}, {\"name\": \"format\", \"weight\": 1.0, \"parity\": false,"
                + " \"timeoutSeconds\": 30.0, \"retries\": 2}]")
        List<RewardSpec> rewards,
    @JsonPropertyDescription("Settings of GRPO; without effect for SFT")
        @Default("{}")
        @ValidationRule(value = "self == oldSelf", message = GrpoJob.IMMUTABLE)
        GrpoSpec grpo,
    @JsonPropertyDescription(
            "Train a LoRA adapter in place of the weights; the reference policy is then the model without it")
        @Nullable AdapterSpec adapter,
    @JsonPropertyDescription("AdamW and its schedule")
        @Default("{}")
        @ValidationRule(value = "self == oldSelf", message = GrpoJob.IMMUTABLE)
        OptimizerSpec optimizer,
    @JsonPropertyDescription("Length, batch and precision of the training")
        @Default("{}")
        @ValidationRule(value = "self == oldSelf", message = GrpoJob.IMMUTABLE)
        TrainingSpec training,
    @JsonPropertyDescription("The worker pods") @Default("{}") WorkersSpec workers,
    @JsonPropertyDescription("What is saved, how often and where") @Default("{}")
        CheckpointsSpec checkpoints,
    @JsonPropertyDescription("When and how often the workers are started again") @Default("{}")
        RestartPolicy restartPolicy,
    @JsonPropertyDescription("Evaluations by name, after training or for every checkpoint")
        @Size(max = 64) List<Evaluation> evaluations,
    @JsonPropertyDescription(
            "Keep the trained model served, from the end of the job until its deletion")
        @Nullable ServingSpec serving) {

  private static final List<RewardSpec> DEFAULT_REWARDS =
      List.of(new RewardSpec("accuracy", 1.0), new RewardSpec("format", 1.0));

  public GrpoJobSpec {
    method = Objects.requireNonNullElse(method, Method.GRPO);
    suspend = Objects.requireNonNullElse(suspend, false);
    model = Objects.requireNonNullElseGet(model, ModelSpec::empty);
    data = Objects.requireNonNullElseGet(data, DataSpec::empty);
    rewards = Absent.list(rewards, DEFAULT_REWARDS);
    grpo = Objects.requireNonNullElseGet(grpo, GrpoSpec::defaults);
    optimizer = Objects.requireNonNullElseGet(optimizer, OptimizerSpec::defaults);
    training = Objects.requireNonNullElseGet(training, TrainingSpec::defaults);
    workers = Objects.requireNonNullElseGet(workers, WorkersSpec::defaults);
    checkpoints = Objects.requireNonNullElseGet(checkpoints, CheckpointsSpec::defaults);
    restartPolicy = Objects.requireNonNullElseGet(restartPolicy, RestartPolicy::defaults);
    evaluations = Absent.list(evaluations, List.of());
  }

  /** Processes of the whole training: workers times processes on each. */
  public int worldSize() {
    return workers.replicas() * workers.processesPerWorker();
  }

  /** Evaluations that look at every checkpoint, in order. */
  public List<Evaluation> everyCheckpoint() {
    return evaluations.stream()
        .filter(evaluation -> evaluation.when() == Evaluation.When.EVERY_CHECKPOINT)
        .toList();
  }

  /** By what a checkpoint is the best, the evaluation's name filled in; empty: by nothing. */
  public Optional<BestSpec> bestCheckpoint() {
    BestSpec asked = Objects.requireNonNullElseGet(checkpoints.best(), BestSpec::defaults);
    return everyCheckpoint().stream()
        .map(Evaluation::name)
        .filter(name -> asked.evaluation() == null || name.equals(asked.evaluation()))
        .findFirst()
        .map(name -> new BestSpec(name, asked.metric(), asked.goal()));
  }
}
