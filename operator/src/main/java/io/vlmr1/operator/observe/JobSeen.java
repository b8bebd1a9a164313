package io.vlmr1.operator.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A Job of the cluster: one attempt, or one evaluation.
 *
 * @param name in the cluster
 * @param state as the Job controller tells it
 * @param message the Job controller's words about a failure
 * @param created when the Job was made
 * @param deleting whether somebody asked for its deletion
 * @param suspended whether it may run no pods: it waits in a queue
 * @param pods how many it wants
 */
public record JobSeen(
    String name,
    State state,
    @Nullable String message,
    Instant created,
    boolean deleting,
    boolean suspended,
    int pods) {

  /** Whether some of its pods may still run, as far as the Job controller knows. */
  public boolean active() {
    return state == State.ACTIVE || state == State.FAILING;
  }

  /** How far the Job controller is with it. */
  public enum State {
    ACTIVE,
    /** A pod has failed; the others are being ended. */
    FAILING,
    FAILED,
    COMPLETE
  }
}
