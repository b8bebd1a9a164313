package io.vlmr1.operator.observe;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pod of a job.
 *
 * @param name in the cluster
 * @param node that it was given to
 * @param owner name of its Job; empty: it has none
 * @param role what it is for, by its label
 * @param index its completion index, the rank of its node
 * @param state of its only container
 * @param words why it does not run, or why it was ended, as Kubernetes tells it
 * @param disruption reason of its DisruptionTarget condition: eviction, preemption, lost node
 * @param exit how its container ended
 * @param deletion absent while nobody deletes it
 * @param progress host and port of its /progress
 */
public record PodSeen(
    String name,
    @Nullable String node,
    String owner,
    String role,
    int index,
    State state,
    @Nullable String words,
    @Nullable String disruption,
    @Nullable Exit exit,
    @Nullable Deletion deletion,
    @Nullable String progress) {

  /** Whether a process of it may still run. */
  public boolean left() {
    return state == State.PENDING || state == State.STARTING || state == State.RUNNING;
  }

  /** The same but for its node, which decides nothing by itself. */
  PodSeen withoutNode() {
    return new PodSeen(
        name, null, owner, role, index, state, words, disruption, exit, deletion, progress);
  }

  /** Whether it has done or does its work. */
  public boolean atWork() {
    return state == State.SUCCEEDED || (state == State.RUNNING && deletion == null);
  }

  /** Whether it ended without success. */
  public boolean failed() {
    return state == State.FAILED || (exit != null && exit.code() != 0);
  }

  /** How its container ended, if it has. */
  public Optional<Exit> ended() {
    return Optional.ofNullable(exit);
  }

  /** How far a pod is. */
  public enum State {
    /** Not yet on a node, or its image is not there yet. */
    PENDING,
    /** On a node, its container not ready. */
    STARTING,
    RUNNING,
    SUCCEEDED,
    FAILED
  }

  /**
   * That somebody asked for the deletion of a pod.
   *
   * @param asked when
   * @param graceOver when its processes are killed at the latest
   */
  public record Deletion(Instant asked, Instant graceOver) {}

  /**
   * The end of a container.
   *
   * @param code its exit code
   * @param reason in Kubernetes' words: Error, OOMKilled
   * @param message what it left as its termination message
   * @param at when it ended
   */
  public record Exit(
      int code, @Nullable String reason, @Nullable String message, @Nullable Instant at) {}
}
