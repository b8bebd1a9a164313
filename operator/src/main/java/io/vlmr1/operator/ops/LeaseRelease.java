package io.vlmr1.operator.ops;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jboss.logging.Logger;

/**
 * Gives a lease back, so that the next operator need not wait for its end.
 *
 * @param identity of the holder; the lease of any other is left alone
 */
record LeaseRelease(KubernetesClient client, String namespace, String name, String identity)
    implements Runnable {
  private static final Logger LOG = Logger.getLogger(LeaseRelease.class);

  @Override
  public void run() {
    try {
      Lease lease = client.leases().inNamespace(namespace).withName(name).get();
      if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
        client
            .resource(
                new LeaseBuilder(lease)
                    .editSpec()
                    .withHolderIdentity(null)
                    .withLeaseDurationSeconds(1)
                    .endSpec()
                    .build())
            .update();
        LOG.info("the lease is given back");
      }
    } catch (KubernetesClientException e) { // it ends by itself
      LOG.warnf("the lease is not given back: %s", e.getMessage());
    }
  }
}
