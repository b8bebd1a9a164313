package io.vlmr1.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.Seen;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObserverTest {
  private static final GrpoJob JOB = Seen.job().now().job();

  @Test
  void whatADeletedJobOfTheSameNameHasLeftIsSeen() {
    assertThat(forerunner(owned(GrpoJob.KIND, "of-the-deleted-one"))).isTrue();
    assertThat(forerunner(owned(GrpoJob.KIND, JOB.getMetadata().getUid()))).isFalse();
    assertThat(forerunner(owned("Application", "somebody-else"))).isFalse();
  }

  private static boolean forerunner(ConfigMap object) {
    return Observer.observe(JOB, List.of(), List.of(), List.of(object), List.of(), Seen.NOON)
        .forerunner();
  }

  private static ConfigMap owned(String kind, String uid) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("shapes-spec")
        .addNewOwnerReference()
        .withKind(kind)
        .withUid(uid)
        .endOwnerReference()
        .endMetadata()
        .build();
  }
}
