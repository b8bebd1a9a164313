package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Settings of group relative policy optimisation. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GrpoSpec(
    @JsonPropertyDescription("Completions per prompt") @Default("8") @Min(2) @Max(4096) Integer generations,
    @JsonPropertyDescription("Optimisation steps on each batch of completions")
        @Default("1")
        @Min(1) Integer iterations,
    @JsonPropertyDescription(
            "Weight of the KL penalty against the starting model; 0: none, and no reference is"
                + " kept")
        @Default("0.04")
        @Min(0) Double beta,
    @JsonPropertyDescription("The policy ratio is clipped below 1 - epsilon")
        @Default("0.2")
        @Min(0) @Max(1) Double epsilon,
    @JsonPropertyDescription("The policy ratio is clipped above 1 + epsilonHigh; absent: epsilon")
        @Min(0) @Nullable Double epsilonHigh,
    @JsonPropertyDescription(
            "Upper bound of the ratio where the advantage is negative; absent: none")
        @Min(0) @Nullable Double delta,
    @JsonPropertyDescription("How token losses are averaged") @Default("grpo") Loss loss,
    @JsonPropertyDescription("Policy ratio of each token or of the whole sequence")
        @Default("token")
        ImportanceSampling importanceSampling,
    @JsonPropertyDescription(
            "What advantages are divided by: the standard deviation of the group, of the batch, or"
                + " nothing")
        @Default("group")
        ScaleRewards scaleRewards,
    @JsonPropertyDescription("Leave completions without an end token out of the loss")
        @Default("false")
        Boolean maskTruncatedCompletions,
    @JsonPropertyDescription("Tokens after which a completion is cut off") @Default("256") @Min(1) Integer maxCompletionTokens,
    @JsonPropertyDescription("How completions are sampled") @Default("{}") SamplingSpec sampling,
    @JsonPropertyDescription(
            "Rounds in which prompts whose completions all got the same reward are replaced by the"
                + " next ones; 0: none")
        @Default("0")
        @Min(0) @Max(64) Integer refillRounds,
    @JsonPropertyDescription(
            "Let the reference of the KL penalty follow the policy; absent: it stays")
        @Nullable SyncReferenceSpec syncReference) {

  public GrpoSpec {
    generations = Objects.requireNonNullElse(generations, 8);
    iterations = Objects.requireNonNullElse(iterations, 1);
    beta = Objects.requireNonNullElse(beta, 0.04);
    epsilon = Objects.requireNonNullElse(epsilon, 0.2);
    loss = Objects.requireNonNullElse(loss, Loss.GRPO);
    importanceSampling = Objects.requireNonNullElse(importanceSampling, ImportanceSampling.TOKEN);
    scaleRewards = Objects.requireNonNullElse(scaleRewards, ScaleRewards.GROUP);
    maskTruncatedCompletions = Objects.requireNonNullElse(maskTruncatedCompletions, false);
    maxCompletionTokens = Objects.requireNonNullElse(maxCompletionTokens, 256);
    sampling = Objects.requireNonNullElseGet(sampling, SamplingSpec::defaults);
    refillRounds = Objects.requireNonNullElse(refillRounds, 0);
  }

  /** Every setting as it is when the user gives none. */
  public static GrpoSpec defaults() {
    return Absent.all(GrpoSpec.class);
  }

  /** The upper clip distance: epsilonHigh, else epsilon. */
  public double upperEpsilon() {
    return Objects.requireNonNullElse(epsilonHigh, epsilon);
  }

  /** How the token losses of a batch become one number. */
  public enum Loss {
    /** Mean over sequences of the mean over their tokens. */
    @JsonProperty("grpo")
    GRPO,

    /** Mean over all tokens of the batch. */
    @JsonProperty("bnpo")
    BNPO,

    /** Sum over tokens divided by sequences times maxCompletionTokens. */
    @JsonProperty("dr_grpo")
    DR_GRPO,

    /** Sum over tokens divided by the completion tokens of the global batch. */
    @JsonProperty("dapo")
    DAPO,

    /** The clipped ratio as a constant weight of the log-probability; divided as dapo. */
    @JsonProperty("cispo")
    CISPO,

    /** A soft gate in place of the clip, steeper where the advantage is negative; as grpo else. */
    @JsonProperty("sapo")
    SAPO
  }

  /** At which level the ratio of new to old policy is taken and clipped. */
  public enum ImportanceSampling {
    /** Each token has its own ratio. */
    @JsonProperty("token")
    TOKEN,

    /** One ratio a sequence: the geometric mean of its tokens' ratios. */
    @JsonProperty("sequence")
    SEQUENCE
  }

  /** What the rewards less their group's mean are divided by. */
  public enum ScaleRewards {
    /** The standard deviation of the group. */
    @JsonProperty("group")
    GROUP,

    /** The standard deviation of the global batch. */
    @JsonProperty("batch")
    BATCH,

    /** Nothing. */
    @JsonProperty("none")
    NONE
  }
}
