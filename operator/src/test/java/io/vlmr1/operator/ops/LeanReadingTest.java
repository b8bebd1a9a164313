package io.vlmr1.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.vlmr1.api.v1alpha1.GrpoJob;
import org.junit.jupiter.api.Test;

class LeanReadingTest {
  private static final String POD =
      """
      {"kind": "Pod", "apiVersion": "v1",
       "metadata": {"name": "p", "labels": {"a": "b"}, "managedFields": [{"manager": "kubelet"}]},
       "spec": {"nodeName": "n1", "volumes": [{"name": "v", "emptyDir": {}}],
                "containers": [{"name": "trainer", "image": "i", "env": [{"name": "A", "value": "b"}],
                                "ports": [{"name": "progress", "containerPort": 8080}]}]},
       "status": {"phase": "Running", "podIP": "10.0.0.1"}}
      """;

  private static final String JOB =
      """
      {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"},
       "spec": {"completions": 2, "template": {"spec": {"containers": [{"name": "trainer"}]}}},
       "status": {"active": 1}}
      """;

  private final KubernetesSerialization reading = OperatorReading.make();

  private Object told(String object) {
    String event = "{\"type\": \"MODIFIED\", \"object\": " + object + "}";
    WatchEvent read = reading.unmarshal(event, WatchEvent.class);
    assertThat(read.getType()).isEqualTo("MODIFIED");
    return read.getObject();
  }

  @Test
  void keepsOfPodsWhatDecisionsAreMadeFrom() {
    Pod pod = (Pod) told(POD);
    assertThat(pod.getMetadata().getName()).isEqualTo("p");
    assertThat(pod.getMetadata().getLabels()).containsEntry("a", "b");
    assertThat(pod.getMetadata().getManagedFields()).isEmpty();
    assertThat(pod.getSpec().getNodeName()).isEqualTo("n1");
    assertThat(pod.getSpec().getVolumes()).isEmpty();
    assertThat(pod.getSpec().getContainers().get(0).getName()).isEqualTo("trainer");
    assertThat(pod.getSpec().getContainers().get(0).getEnv()).isEmpty();
    assertThat(pod.getSpec().getContainers().get(0).getPorts())
        .extracting(ContainerPort::getContainerPort)
        .containsExactly(8080);
    assertThat(pod.getStatus().getPodIP()).isEqualTo("10.0.0.1");
  }

  @Test
  void readsAJobWithoutItsTemplateAndWritesItWithOne() {
    Job job = (Job) told(JOB);
    assertThat(job.getSpec().getCompletions()).isEqualTo(2);
    assertThat(job.getSpec().getTemplate()).isNull();
    assertThat(job.getStatus().getActive()).isEqualTo(1);
    Job whole = new KubernetesSerialization().unmarshal(JOB, Job.class);
    assertThat(reading.asJson(whole)).contains("\"template\"", "\"trainer\"");
  }

  @Test
  void readsWhatElseAWatchTells() {
    assertThat(told("{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": 410}"))
        .isInstanceOfSatisfying(Status.class, gone -> assertThat(gone.getCode()).isEqualTo(410));
    assertThat(told("{\"metadata\": {\"name\": \"x\"}, \"kind\": \"A\", \"apiVersion\": \"b/v1\"}"))
        .isInstanceOfSatisfying(
            GenericKubernetesResource.class,
            other -> {
              assertThat(other.getKind()).isEqualTo("A");
              assertThat(other.getMetadata().getName()).isEqualTo("x");
            });
  }

  @Test
  void copiesOfAGrpoJobHaveMetadataOfTheirOwn() {
    GrpoJob job =
        (GrpoJob)
            told(
                """
                {"apiVersion": "training.vlmr1.io/v1alpha1", "kind": "GrpoJob",
                 "metadata": {"name": "g", "annotations": {"a": "1"}},
                 "spec": {"model": {"source": "pvc://m"}}, "status": {"restarts": 2}}
                """);
    GrpoJob copy = reading.clone(job);
    assertThat(copy).isEqualTo(job);
    assertThat(copy.getSpec().model().source()).isEqualTo("pvc://m");
    assertThat(copy.getStatus().restarts()).isEqualTo(2);
    copy.getMetadata().setName("other");
    copy.getMetadata().getAnnotations().put("a", "2");
    assertThat(job.getMetadata().getName()).isEqualTo("g");
    assertThat(job.getMetadata().getAnnotations()).containsEntry("a", "1");
  }
}
