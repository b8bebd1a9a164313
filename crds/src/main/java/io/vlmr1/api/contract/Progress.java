package io.vlmr1.api.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far rank 0 is: the answer to GET /progress, and the file progress.json. What is not known yet
 * is absent.
 *
 * @param step optimisation steps done
 * @param maxSteps optimisation steps in all
 * @param epoch passes over the data done
 * @param reward mean reward of the last step's completions
 * @param loss of the last step
 * @param kl mean over the last step's completion tokens
 * @param meanLength mean tokens of the last step's completions
 * @param tokensPerSecond prompt and completion tokens of all ranks in the last step by its duration
 * @param secondsPerStep moving mean
 * @param etaSeconds until the last step
 * @param latestCheckpoint folder name of the newest whole checkpoint, for example checkpoint-100
 * @param attempt number of the attempt that writes this, from 1
 * @param state what it does now
 * @param updatedAt RFC 3339
 * @param memory of rank 0's process
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Progress(
    int step,
    int maxSteps,
    @Nullable Double epoch,
    @Nullable Double reward,
    @Nullable Double loss,
    @Nullable Double kl,
    @Nullable Double meanLength,
    @Nullable Double tokensPerSecond,
    @Nullable Double secondsPerStep,
    @Nullable Long etaSeconds,
    @Nullable String latestCheckpoint,
    int attempt,
    State state,
    @Nullable String updatedAt,
    @Nullable Memory memory) {

  /**
   * Memory of a process.
   *
   * @param peakBytes the most that was resident since the model was loaded
   * @param plannedBytes what was expected at the start
   */
  public record Memory(long peakBytes, long plannedBytes) {}

  public Progress {
    state = Objects.requireNonNullElse(state, State.LOADING);
  }

  /** As JSON on one line. */
  public String toJson() {
    return Json.write(this);
  }

  /** The record of such a text; empty when it is none. */
  public static Optional<Progress> parse(String json) {
    return Json.read(json, Progress.class);
  }

  /** What rank 0 does. */
  public enum State {
    @JsonProperty("loading")
    LOADING,
    @JsonProperty("training")
    TRAINING,
    @JsonProperty("saving")
    SAVING,
    @JsonProperty("done")
    DONE
  }
}
