package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.util.Map;

/** The GrpoJob as a file of the workers. */
public final class SpecFile {
  static final String KEY = "grpojob.yaml";

  private SpecFile() {}

  /** A ConfigMap with the whole spec, defaults filled in. */
  public static ConfigMap of(GrpoJob owner) {
    return new ConfigMapBuilder()
        .withMetadata(Names.owned(owner, Names.spec(owner), Labels.of(owner)))
        .withData(Map.of(KEY, JobFile.write(asWorkersSeeIt(owner))))
        .build();
  }

  /** Name and spec only: the rest of the metadata changes with every write of the status. */
  private static GrpoJob asWorkersSeeIt(GrpoJob owner) {
    GrpoJob copy = new GrpoJob();
    copy.setMetadata(
        new ObjectMetaBuilder()
            .withName(owner.getMetadata().getName())
            .withNamespace(owner.getMetadata().getNamespace())
            .build());
    copy.setSpec(
        ModelSource.of(owner)
            .map(source -> mounted(owner.getSpec(), source))
            .orElse(owner.getSpec()));
    return copy;
  }

  private static GrpoJobSpec mounted(GrpoJobSpec spec, ModelSource source) {
    return new GrpoJobSpec(
        spec.method(),
        spec.suspend(),
        spec.ttlSecondsAfterFinished(),
        source.mounted(spec.model()),
        spec.data(),
        spec.rewards(),
        spec.grpo(),
        spec.adapter(),
        spec.optimizer(),
        spec.training(),
        spec.workers(),
        spec.checkpoints(),
        spec.restartPolicy(),
        spec.evaluations(),
        spec.serving());
  }
}
