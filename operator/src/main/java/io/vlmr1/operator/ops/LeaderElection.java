package io.vlmr1.operator.ops;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * One operator reconciles, the others wait. Verbs: get, create, update, patch on leases of the
 * operator's namespace.
 *
 * <p>The SDK's own ways to lose a lease are both wrong: the default goes on reconciling beside the
 * new leader; exitOnStopLeading calls System.exit in a shutdown hook and hangs on SIGTERM. So the
 * process halts itself, unless it is ending already (then the SDK has given the lease back).
 */
public final class LeaderElection {
  private static final Logger LOG = Logger.getLogger(LeaderElection.class);
  private static final int LOST = 1;

  /** Taken by the SDK in the profiles of quarkus.operator-sdk.activate-leader-election-…. */
  @Produces
  @Singleton
  LeaderElectionConfiguration configuration(OperatorSettings settings) {
    OperatorSettings.Lease lease = settings.lease();
    LeaderElectionConfigurationBuilder builder =
        LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(lease.name())
            .withLeaseDuration(Duration.ofSeconds(lease.durationSeconds()))
            .withRenewDeadline(Duration.ofSeconds(lease.renewDeadlineSeconds()))
            .withRetryPeriod(Duration.ofSeconds(lease.retrySeconds()))
            .withLeaderCallbacks(
                new LeaderCallbacks(() -> {}, LeaderElection::lost, LeaderElection::elected));
    settings.namespace().ifPresent(builder::withLeaseNamespace);
    return builder.build();
  }

  private static void elected(String identity) {
    LOG.infof("%s holds the lease", identity);
  }

  private static void lost() {
    if (!ending()) {
      LOG.error("the lease is lost: ending, so that two operators never reconcile side by side");
      Runtime.getRuntime().halt(LOST);
    }
  }

  private static boolean ending() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) { // the JVM's only way to tell
      return true;
    }
  }
}
