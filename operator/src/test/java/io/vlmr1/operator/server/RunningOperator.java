package io.vlmr1.operator.server;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vlmr1.operator.ops.EventRecorder;
import io.vlmr1.operator.ops.JobMeters;
import io.vlmr1.operator.ops.OperatorReading;
import io.vlmr1.operator.progress.ProgressEvents;
import io.vlmr1.operator.reconcile.GrpoJobReconciler;
import io.vlmr1.operator.reconcile.Starts;
import io.vlmr1.operator.resource.PodDefaults;
import io.vlmr1.operator.resource.PodPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The operator without its frame; closing it is the end of its process. */
final class RunningOperator implements AutoCloseable {
  static final PodDefaults DEFAULTS =
      new PodDefaults(
          "vlm-r1/trainer:test",
          "IfNotPresent",
          List.of(),
          30,
          "vlm-r1-system",
          PodPolicy.RESTRICTED);

  final MeterRegistry registry = new SimpleMeterRegistry();
  private final Operator operator;

  RunningOperator(ApiServer api, String namespace) {
    this(client(Config.fromKubeconfig(api.kubeconfig())).build(), namespace);
  }

  /** A client that reads as the operator's does. */
  static KubernetesClientBuilder client(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(OperatorReading.make());
  }

  /** With the rights of that client, which it closes. */
  RunningOperator(KubernetesClient client, String namespace) {
    operator =
        new Operator(
            settings ->
                settings
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(true)
                    .checkingCRDAndValidateLocalModel(false));
    operator.register(
        new GrpoJobReconciler(
            DEFAULTS,
            new ProgressEvents(Duration.ofMillis(100), Duration.ofSeconds(1)),
            new EventRecorder(client, "test"),
            new JobMeters(registry),
            new Starts(32, Clock.systemUTC()),
            Clock.systemUTC()),
        controller -> controller.settingNamespace(namespace));
    operator.start();
  }

  @Override
  public void close() {
    operator.stop();
  }
}
