package io.vlmr1.operator.ops;

import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RuntimeInfo;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Down while a cache no longer follows the cluster; the kubelet's threshold decides for how long
 * that may be. An operator that waits for the lease has no caches yet, and is alive.
 */
@Liveness
@ApplicationScoped
public class InformerLiveness implements HealthCheck {
  private final Operator operator;

  InformerLiveness(Operator operator) {
    this.operator = operator;
  }

  @Override
  public HealthCheckResponse call() {
    RuntimeInfo info = operator.getRuntimeInfo();
    return HealthCheckResponse.named("informers")
        .status(!info.isStarted() || info.allEventSourcesAreHealthy())
        .build();
  }
}
