package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.GrpoJob;

/** The headless Service that gives each worker a stable name. */
public final class WorkerService {
  private WorkerService() {}

  /** Names resolve before pods are ready: a worker is ready only after all have met. */
  public static Service of(GrpoJob owner) {
    return new ServiceBuilder()
        .withMetadata(Names.owned(owner, Names.workers(owner), Labels.of(owner)))
        .withNewSpec()
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .addToSelector(Labels.ROLE, Labels.TRAIN) // one by one: Map.of has no order
        .addToSelector(Labels.JOB, owner.getMetadata().getName())
        .withPorts(
            new ServicePortBuilder()
                .withName("rendezvous")
                .withProtocol("TCP")
                .withPort(WorkerEnvironment.DEFAULT_MASTER_PORT)
                .withNewTargetPort(WorkerEnvironment.DEFAULT_MASTER_PORT)
                .build())
        .endSpec()
        .build();
  }
}
