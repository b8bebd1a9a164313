package io.vlmr1.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NewsTest {
  private static final Pod POD =
      new PodBuilder()
          .withNewMetadata()
          .withName("shapes-1-0-abcde")
          .withLabels(Map.of("batch.kubernetes.io/job-name", "shapes-1"))
          .withFinalizers("batch.kubernetes.io/job-tracking")
          .endMetadata()
          .withNewSpec()
          .endSpec()
          .withNewStatus()
          .withPhase("Pending")
          .endStatus()
          .build();
  private static final Job JOB =
      new JobBuilder()
          .withNewMetadata()
          .withName("shapes-1")
          .withCreationTimestamp("2026-03-01T12:00:00Z")
          .endMetadata()
          .withNewSpec()
          .withCompletions(2)
          .endSpec()
          .withNewStatus()
          .withActive(1)
          .endStatus()
          .build();

  @Test
  void aPodThatRunsOrIsDeletedIsNews() {
    assertThat(
            News.of(new PodBuilder(POD).editStatus().withPhase("Failed").endStatus().build(), POD))
        .isTrue();
    assertThat(
            News.of(
                new PodBuilder(POD)
                    .editMetadata()
                    .withDeletionTimestamp("2026-03-01T12:00:30Z")
                    .endMetadata()
                    .build(),
                POD))
        .isTrue();
  }

  @Test
  void aNodeIsNoNews() {
    assertThat(News.of(new PodBuilder(POD).editSpec().withNodeName("a").endSpec().build(), POD))
        .isFalse();
  }

  @Test
  void aFinalizerThatGoesIsNoNews() {
    Pod freed = new PodBuilder(POD).editMetadata().withFinalizers().endMetadata().build();
    assertThat(News.of(freed, POD)).isFalse();
  }

  @Test
  void theFateOfAJobIsNewsAndItsCountsAreNot() {
    Job counted = new JobBuilder(JOB).editStatus().withActive(2).withReady(2).endStatus().build();
    assertThat(News.of(counted, JOB)).isFalse();
    Job failing =
        new JobBuilder(JOB)
            .editStatus()
            .addNewCondition()
            .withType("FailureTarget")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();
    assertThat(News.of(failing, JOB)).isTrue();
    Job suspended = new JobBuilder(JOB).editSpec().withSuspend(true).endSpec().build();
    assertThat(News.of(suspended, JOB)).isTrue();
  }
}
