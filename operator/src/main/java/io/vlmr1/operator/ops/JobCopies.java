package io.vlmr1.operator.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.vlmr1.api.v1alpha1.GrpoJob;

/**
 * Copies a GrpoJob without writing and reading it again, as the SDK has it done before each look:
 * its spec and status are records that nobody changes, so only the metadata is copied.
 */
public final class JobCopies extends KubernetesSerialization {
  /** Reads and writes with this mapper. */
  public JobCopies(ObjectMapper mapper) {
    super(mapper, false);
  }

  @Override
  @SuppressWarnings("unchecked") // a copy of a T is one
  public <T> T clone(T resource) {
    if (!(resource instanceof GrpoJob job)) {
      return super.clone(resource);
    }
    GrpoJob copy = new GrpoJob();
    copy.setMetadata(new ObjectMetaBuilder(job.getMetadata()).build());
    copy.setSpec(job.getSpec());
    copy.setStatus(job.getStatus());
    return (T) copy;
  }
}
