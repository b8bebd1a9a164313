package io.vlmr1.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapper;
import io.quarkus.kubernetes.client.KubernetesResources;
import io.vlmr1.operator.ops.EventRecorder;
import io.vlmr1.operator.ops.JobCopies;
import io.vlmr1.operator.ops.JobMeters;
import io.vlmr1.operator.ops.OperatorSettings;
import io.vlmr1.operator.progress.ProgressEvents;
import io.vlmr1.operator.reconcile.Starts;
import io.vlmr1.operator.resource.PodDefaults;
import io.vlmr1.operator.resource.PodPolicy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts of the reconciler from the settings. */
public final class OperatorBeans {
  @Produces
  @Singleton
  PodDefaults podDefaults(OperatorSettings settings) {
    OperatorSettings.Trainer trainer = settings.trainer();
    return new PodDefaults(
        trainer.image(),
        trainer.imagePullPolicy(),
        trainer.imagePullSecrets().orElse(List.of()),
        trainer.terminationGraceSeconds(),
        settings.namespace().orElse(null),
        policy(settings.policy()));
  }

  private static PodPolicy policy(OperatorSettings.Policy policy) {
    return new PodPolicy(
        policy.serviceAccounts().orElse(List.of()),
        policy.hostPaths().orElse(List.of()),
        policy.hostNetwork(),
        policy.privileged(),
        policy.secrets(),
        policy.ascendDriver());
  }

  @Produces
  @Singleton
  ProgressEvents progressEvents(OperatorSettings settings) {
    return new ProgressEvents(
        Duration.ofSeconds(settings.progress().pollSeconds()),
        Duration.ofSeconds(settings.progress().timeoutSeconds()));
  }

  @Produces
  @Singleton
  EventRecorder eventRecorder(
      KubernetesClient client, @ConfigProperty(name = "HOSTNAME") Optional<String> pod) {
    return new EventRecorder(client, pod.orElse("local"));
  }

  @Produces
  @Singleton
  JobMeters jobMeters(MeterRegistry registry) {
    return new JobMeters(registry);
  }

  /** In place of the client's own. */
  @Produces
  @Singleton
  @SuppressWarnings({"rawtypes", "unchecked"}) // so it is given
  KubernetesSerialization serialization(
      @KubernetesClientObjectMapper ObjectMapper mapper, @KubernetesResources Class[] kinds) {
    KubernetesSerialization serialization = new JobCopies(mapper);
    Arrays.stream(kinds).forEach(kind -> serialization.registerKubernetesResource(kind));
    return serialization;
  }

  @Produces
  @Singleton
  Starts starts(OperatorSettings settings, Clock clock) {
    return new Starts(settings.startingPods(), clock);
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}
