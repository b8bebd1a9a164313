package io.vlmr1.operator.ops;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * One operator reconciles, the others wait. Verbs: get, create, update, patch on leases of the
 * operator's namespace.
 *
 * <p>The SDK's own ways to lose a lease are both wrong: the default goes on reconciling beside the
 * new leader; exitOnStopLeading calls System.exit in a shutdown hook and hangs on SIGTERM. Nor does
 * it give the lease back: the next operator would wait for its end. So an operator that loses its
 * lease halts itself, and one that is asked to stop gives it back.
 */
public final class LeaderElection {
  private static final Logger LOG = Logger.getLogger(LeaderElection.class);
  private static final int LOST = 1;

  private final KubernetesClient client;

  LeaderElection(KubernetesClient client) {
    this.client = client;
  }

  /** Taken by the SDK in the profiles of quarkus.operator-sdk.activate-leader-election-…. */
  @Produces
  @Singleton
  LeaderElectionConfiguration configuration(
      OperatorSettings settings, @ConfigProperty(name = "HOSTNAME") Optional<String> host) {
    OperatorSettings.Lease lease = settings.lease();
    String namespace =
        settings.namespace().or(() -> Optional.ofNullable(client.getNamespace())).orElse("default");
    new NewLease(client, namespace, lease.name()).begin();
    String identity = identity(settings.pod(), host);
    LeaseRelease release = new LeaseRelease(client, namespace, lease.name(), identity);
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(lease.name())
        .withLeaseNamespace(namespace)
        .withIdentity(identity)
        .withLeaseDuration(Duration.ofSeconds(lease.durationSeconds()))
        .withRenewDeadline(Duration.ofSeconds(lease.renewDeadlineSeconds()))
        .withRetryPeriod(Duration.ofSeconds(lease.retrySeconds()))
        .withLeaderCallbacks(
            new LeaderCallbacks(() -> {}, () -> stopped(release), LeaderElection::elected))
        .build();
  }

  /**
   * The pod's name: a container that is started again in its pod goes on at once with the lease of
   * the one that was killed, as a pod never runs two. Outside of pods nothing keeps two operators
   * of one host apart, so there each start is somebody else.
   */
  static String identity(Optional<String> pod, Optional<String> host) {
    return pod.orElseGet(() -> host.orElse("local") + "_" + UUID.randomUUID());
  }

  private static void elected(String identity) {
    LOG.infof("%s holds the lease", identity);
  }

  private static void stopped(LeaseRelease release) {
    if (ending()) {
      release.run();
    } else {
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
