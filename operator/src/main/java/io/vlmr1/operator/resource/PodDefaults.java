package io.vlmr1.operator.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an installation decides about pods and a GrpoJob does not.
 *
 * @param image of workers whose spec names none
 * @param pullPolicy Always, IfNotPresent or Never
 * @param pullSecrets names of Secrets in the job's namespace
 * @param graceSeconds from SIGTERM to SIGKILL: time to save a checkpoint
 * @param operatorNamespace whose operator pods may ask for progress; null: of any namespace
 * @param policy what GrpoJobs may ask for beyond the restricted standard
 */
public record PodDefaults(
    String image,
    String pullPolicy,
    List<String> pullSecrets,
    long graceSeconds,
    @Nullable String operatorNamespace,
    PodPolicy policy) {

  public PodDefaults {
    pullSecrets = List.copyOf(pullSecrets);
  }
}
