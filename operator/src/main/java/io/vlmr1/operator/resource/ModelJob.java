package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.HubSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The download of a model into its cache, as a Job with one pod; what is there already is kept. */
public final class ModelJob {
  private static final int RETRIES = 6;

  private ModelJob() {}

  /** Downloads go on where the last pod ended, so a retry costs little. */
  public static Job of(GrpoJob owner, PodDefaults defaults) {
    Map<String, String> labels = Labels.ofModel(owner);
    return new JobBuilder()
        .withMetadata(Names.owned(owner, Names.model(owner), Gang.labelled(owner, labels)))
        .withNewSpec()
        .withSuspend(Gang.queued(owner) ? true : null)
        .withCompletionMode("NonIndexed")
        .withCompletions(1)
        .withParallelism(1)
        .withBackoffLimit(RETRIES)
        .withPodFailurePolicy(FailurePolicy.lastingErrorsEndTheJob())
        .withPodReplacementPolicy("Failed")
        .withTemplate(template(owner, defaults, labels))
        .endSpec()
        .build();
  }

  /** The claim of the cache, or none where the spec names an existing one. */
  public static List<PersistentVolumeClaim> cache(GrpoJob owner) {
    if (!ModelSource.isDownloaded(owner) || hub(owner).cache().claimName() != null) {
      return List.of();
    }
    return List.of(
        CheckpointClaim.of(
            Names.owned(owner, Names.modelClaim(owner), Labels.of(owner)), hub(owner).cache()));
  }

  private static PodTemplateSpec template(
      GrpoJob owner, PodDefaults defaults, Map<String, String> labels) {
    String folder = ModelSource.of(owner).map(ModelSource::mountedPath).orElse(ModelSource.MOUNT);
    return WorkerPod.plain(defaults, labels)
        .editSpec()
        .addToContainers(
            WorkerPod.contained(owner, defaults)
                .withCommand("java", "@/app/vlmr1")
                .withArgs("fetch", owner.getSpec().model().source(), "--to", folder)
                .withEnv(environment(owner))
                .withResources(
                    new ResourceRequirementsBuilder()
                        .addToRequests("cpu", new Quantity("100m"))
                        .addToRequests("memory", new Quantity("256Mi"))
                        .build())
                .withVolumeMounts(
                    WorkerVolumes.mount("models", ModelSource.MOUNT).build(),
                    WorkerVolumes.mount("tmp", "/tmp").build())
                .build())
        .withVolumes(
            WorkerVolumes.claimed("models", Names.modelClaim(owner), false),
            WorkerVolumes.empty("tmp"))
        .endSpec()
        .build();
  }

  private static List<EnvVar> environment(GrpoJob owner) {
    List<EnvVar> all = new ArrayList<>();
    HubSpec hub = hub(owner);
    all.add(variable(WorkerEnvironment.TERMINATION_LOG, WorkerEnvironment.DEFAULT_TERMINATION_LOG));
    if (hub.endpoint() != null) {
      all.add(variable("HF_ENDPOINT", hub.endpoint()));
    }
    if (hub.token() != null) {
      all.add(
          new EnvVarBuilder()
              .withName("HF_TOKEN")
              .withNewValueFrom()
              .withNewSecretKeyRef()
              .withName(hub.token().name())
              .withKey(hub.token().key())
              .endSecretKeyRef()
              .endValueFrom()
              .build());
    }
    return all;
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }

  private static HubSpec hub(GrpoJob owner) {
    return Objects.requireNonNullElseGet(owner.getSpec().model().hub(), HubSpec::defaults);
  }
}
