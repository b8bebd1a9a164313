package io.vlmr1.operator.ops;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.jboss.logging.Logger;

/**
 * A lease that the chart has just made says nothing of times, so that no tool ever puts them back;
 * the client's elector cannot read such a one. Nobody has held it: it has ended long ago.
 */
public record NewLease(KubernetesClient client, String namespace, String name) {
  private static final Logger LOG = Logger.getLogger(NewLease.class);
  private static final ZonedDateTime NEVER = Instant.EPOCH.atZone(ZoneOffset.UTC);

  /** Gives it times, if it is there and has none. */
  public void begin() {
    try {
      Lease lease = client.leases().inNamespace(namespace).withName(name).get();
      if (lease != null && (lease.getSpec() == null || lease.getSpec().getAcquireTime() == null)) {
        client
            .resource(
                new LeaseBuilder(lease)
                    .editOrNewSpec()
                    .withAcquireTime(NEVER)
                    .withRenewTime(NEVER)
                    .withLeaseTransitions(0)
                    .endSpec()
                    .build())
            .update();
      }
    } catch (KubernetesClientException e) { // another operator was faster, or the election says why
      LOG.warnf("lease %s in %s: %s", name, namespace, e.getMessage());
    }
  }
}
