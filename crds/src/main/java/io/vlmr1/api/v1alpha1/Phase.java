package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The state of a GrpoJob in one word. */
public enum Phase {
  /** Seen, nothing made yet; also: refused, see the condition Accepted. */
  @JsonProperty("Pending")
  PENDING,

  /** Volumes, service and workers are being made. */
  @JsonProperty("Preparing")
  PREPARING,

  /** All workers of an attempt run. */
  @JsonProperty("Running")
  RUNNING,

  /** An attempt ended before its time; the next one follows. */
  @JsonProperty("Restarting")
  RESTARTING,

  /** Stopped by spec.suspend; goes on at the same step. */
  @JsonProperty("Suspended")
  SUSPENDED,

  /** Training is over, evaluations run. */
  @JsonProperty("Evaluating")
  EVALUATING,

  /** All is done. */
  @JsonProperty("Succeeded")
  SUCCEEDED,

  /** It ended without the result; see failure. */
  @JsonProperty("Failed")
  FAILED
}
