package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.vlmr1.operator.ops.NewLease;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The chart's lease, as the client's elector reads it. */
class NewLeaseTest extends ServerTest {

  @Test
  void aLeaseWithoutTimesCanBeTaken() {
    client
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName("election")
                .withNamespace(cluster.namespace)
                .endMetadata()
                .withNewSpec()
                .withLeaseDurationSeconds(15)
                .endSpec()
                .build())
        .create();
    new NewLease(client, cluster.namespace, "election").begin();
    LeaderElectionRecord read = new LeaseLock(cluster.namespace, "election", "me").get(client);
    assertThat(Objects.requireNonNull(read).getHolderIdentity()).isNullOrEmpty();
    assertThat(read.getRenewTime().toInstant()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void oneThatIsNotThereIsLeftToTheElection() {
    new NewLease(client, cluster.namespace, "absent").begin();
    assertThat(client.leases().inNamespace(cluster.namespace).withName("absent").get()).isNull();
  }
}
