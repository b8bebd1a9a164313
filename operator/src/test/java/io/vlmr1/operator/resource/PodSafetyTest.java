package io.vlmr1.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a GrpoJob may not ask of its pods, unless the administrator lets it. */
class PodSafetyTest {
  private static final PodPolicy OPEN =
      new PodPolicy(List.of("*"), List.of("/"), true, true, List.of("*"), true);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "serviceAccountName: admin | spec.workers.serviceAccountName",
        "template: {spec: {hostNetwork: true}} | spec.workers.template.spec.hostNetwork",
        "template: {spec: {hostPID: true}} | spec.workers.template.spec.hostPID",
        "template: {spec: {hostIPC: true}} | spec.workers.template.spec.hostIPC",
        "template: {spec: {serviceAccountName: admin}} | spec.workers.template.spec.serviceAccountName",
        "template: {spec: {automountServiceAccountToken: true}} | spec.workers.template.spec.automountServiceAccountToken",
        "template: {spec: {volumes: [{name: h, hostPath: {path: /}}]}} | spec.workers.template.spec.volumes[h].hostPath",
        "template: {spec: {volumes: [{name: h, hostPath: {path: /var/lib/../../etc}}]}} | spec.workers.template.spec.volumes[h].hostPath",
        "template: {spec: {volumes: [{name: output, persistentVolumeClaim: null, hostPath: {path: /}}]}} | spec.workers.template.spec.volumes[output].hostPath",
        "template: {spec: {volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]}} | spec.workers.template.spec.volumes[t].projected",
        "template: {spec: {securityContext: {runAsUser: 0}}} | spec.workers.template.spec.securityContext.runAsUser",
        "template: {spec: {securityContext: {seccompProfile: {type: Unconfined}}}} | spec.workers.template.spec.securityContext.seccompProfile",
        "template: {spec: {securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}}} | spec.workers.template.spec.securityContext.sysctls",
        "template: {spec: {securityContext: null}} | spec.workers.template.spec.containers[worker].securityContext.runAsNonRoot",
        "template: {spec: {containers: [{name: worker, securityContext: {privileged: true}}]}} | spec.workers.template.spec.containers[worker].securityContext.privileged",
        "template: {spec: {containers: [{name: worker, securityContext: {allowPrivilegeEscalation: true}}]}} | spec.workers.template.spec.containers[worker].securityContext.allowPrivilegeEscalation",
        "template: {spec: {containers: [{name: worker, securityContext: {$patch: replace}}]}} | spec.workers.template.spec.containers[worker].securityContext.allowPrivilegeEscalation",
        "template: {spec: {containers: [{name: worker, securityContext: {capabilities: {add: [IPC_LOCK]}}}]}} | spec.workers.template.spec.containers[worker].securityContext.capabilities",
        "template: {spec: {containers: [{name: worker, securityContext: {procMount: Unmasked}}]}} | spec.workers.template.spec.containers[worker].securityContext.procMount",
        "template: {spec: {containers: [{name: worker, securityContext: {runAsUser: 0}}]}} | spec.workers.template.spec.containers[worker].securityContext.runAsUser",
        "template: {spec: {containers: [{name: worker, ports: [{containerPort: 1, hostPort: 80}]}]}} | spec.workers.template.spec.containers[worker].ports.hostPort",
        "template: {spec: {initContainers: [{name: i, image: i, securityContext: {privileged: true}}]}} | spec.workers.template.spec.initContainers[i].securityContext.privileged",
        "template: {spec: {containers: [{name: side, image: s, securityContext: {}}]}} | spec.workers.template.spec.containers[side].securityContext.allowPrivilegeEscalation",
      })
  void isRefusedUnlessThePolicyAllowsIt(String workers, String path) {
    assertThat(problems(workers, PodPolicy.RESTRICTED)).extracting(Problem::path).contains(path);
    assertThat(problems(workers, PodPolicy.RESTRICTED))
        .allSatisfy(problem -> assertThat(problem.remedy()).contains("remove it"));
    assertThat(problems(workers, OPEN)).filteredOn(p -> !workers.contains("..")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "metadata: {namespace: kube-system}",
        "metadata: {labels: {training.vlmr1.io/job: other}}",
        "metadata: {labels: {batch.kubernetes.io/job-name: other}}",
        "metadata: {ownerReferences: []}",
        "spec: {nodeName: master}",
        "spec: {restartPolicy: Always}",
        "spec: {subdomain: x}",
        "spec: {ephemeralContainers: []}",
        "spec: {serviceAccount: admin}",
        "spec: {$patch: replace}",
        "spec: {volumes: [{name: n, nfs: {server: s, path: /}}]}",
        "spec: {volumes: [{name: n, madeUp: {}}]}",
        "spec: {containers: [{name: worker, env: [{name: MASTER_ADDR, value: evil}]}]}",
        "spec: {containers: [{name: worker, env: [{name: VLMR1_ROLE, value: evil}]}]}",
        "spec: {containers: [{name: worker, $patch: delete}]}",
        "spec: {containers: 5}",
        "spec: {containers: [{name: worker, securityContext: {runAsUser: root}}]}",
        "spec: [1]",
        "status: {}",
      })
  void isRefusedWhateverThePolicy(String template) {
    assertThat(problems("template: {" + template + "}", OPEN)).isNotEmpty();
  }

  @Test
  void whatIsNoObjectIsNoTemplate() {
    assertThat(problems("template: 5", OPEN))
        .extracting(Problem::path)
        .contains("spec.workers.template");
    assertThat(problems("template: [a]", OPEN)).isNotEmpty();
  }

  @Test
  void secretsMayBeListed() {
    PodPolicy one = new PodPolicy(List.of(), List.of(), false, false, List.of("mine"), false);
    String env = "env: [{name: A, valueFrom: {secretKeyRef: {name: %s, key: k}}}]";
    assertThat(problems(env.formatted("mine"), one)).isEmpty();
    assertThat(problems(env.formatted("other"), one)).hasSize(1);
    assertThat(
            problems("template: {spec: {volumes: [{name: s, secret: {secretName: other}}]}}", one))
        .hasSize(1);
    assertThat(
            problems(
                "template: {spec: {containers: [{name: worker, envFrom: [{secretRef: {name: other}}]}]}}",
                one))
        .hasSize(1);
  }

  @Test
  void foldersOfNodesAreThoseListedAndBelow() {
    PodPolicy some = new PodPolicy(List.of(), List.of("/data"), false, false, List.of("*"), false);
    String volume = "template: {spec: {volumes: [{name: h, hostPath: {path: %s}}]}}";
    assertThat(problems(volume.formatted("/data/coco"), some)).isEmpty();
    assertThat(problems(volume.formatted("/data2"), some)).hasSize(1);
    assertThat(problems(volume.formatted("/data/../etc"), some)).hasSize(1);
  }

  @Test
  void aHarmlessTemplateHasNoProblem() {
    assertThat(
            problems(
                """
                template:
                  metadata: {annotations: {a: b}, labels: {team: vision}}
                  spec:
                    dnsPolicy: ClusterFirst
                    initContainers: [{name: i, image: i}]
                    containers: [{name: worker, resources: {requests: {cpu: 10m}}}]
                """,
                PodPolicy.RESTRICTED))
        .isEmpty();
  }

  @Test
  void serversUseOnlySecretsThatThePolicyAllows() {
    String env = "env: [{name: KEY, valueFrom: {secretKeyRef: {name: other, key: k}}}]";
    GrpoJob job =
        JobFile.parse(
            "servers",
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: shapes, namespace: team, uid: 11-22}
            spec:
              model: {source: model}
              data: {datasets: [{name: train, path: train.jsonl}]}
              evaluations:
              - {name: a, dataset: {name: a, path: a}, engine: vllm, server: {image: i, %s}}
              serving: {%s}
            """
                .formatted(env, env));
    PodPolicy none = new PodPolicy(List.of(), List.of(), false, false, List.of("hub"), false);
    PodDefaults defaults = new PodDefaults("t:1", "IfNotPresent", List.of(), 30, null, none);
    assertThat(PodSafety.problems(job, defaults))
        .extracting(Problem::path)
        .containsExactly(
            "spec.evaluations[0].server.env[0].valueFrom.secretKeyRef",
            "spec.serving.env[0].valueFrom.secretKeyRef");
  }

  private static List<Problem> problems(String workers, PodPolicy policy) {
    GrpoJob job =
        JobFile.parse(
            "case",
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: shapes, namespace: team, uid: 11-22}
            spec:
              model: {source: model}
              data: {datasets: [{name: train, path: train.jsonl}]}
              workers:
            """
                + workers.indent(4));
    return PodSafety.problems(
        job, new PodDefaults("t:1", "IfNotPresent", List.of("pull"), 30, null, policy));
  }
}
