package io.vlmr1.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.Seen;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobMetersTest {
  @Test
  void jobsAreCountedByPhaseAndNeverNamed() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    List<GrpoJob> jobs =
        List.of(
            Seen.job().now().job(),
            Seen.job().status("{phase: Running}").now().job(),
            Seen.job().status("{phase: Running}").now().job());
    new JobMeters(registry).watch(() -> jobs);
    assertThat(registry.get("grpojobs").tag("phase", "Running").gauge().value()).isEqualTo(2);
    assertThat(registry.get("grpojobs").tag("phase", "Pending").gauge().value()).isEqualTo(1);
    assertThat(registry.getMeters())
        .allSatisfy(meter -> assertThat(meter.getId().toString()).doesNotContain("shapes"));
  }
}
