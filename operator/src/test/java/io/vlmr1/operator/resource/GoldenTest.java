package io.vlmr1.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole objects as YAML, in src/test/resources/golden; -Dgolden.update=true writes them anew. */
class GoldenTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("root.dir", ".."), "operator/src/test/resources/golden");
  private static final PodDefaults DEFAULTS =
      new PodDefaults(
          "vlm-r1/trainer:1",
          "IfNotPresent",
          List.of("registry"),
          120,
          "vlmr1-system",
          PodPolicy.RESTRICTED);
  private static final Subject HELD_OUT = Subject.ofFinal("held-out");
  private static final String SMALL =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: shapes, namespace: team, uid: 11-22}
      spec:
        model: {source: model}
        data: {datasets: [{name: train, path: train.jsonl}]}
      """;
  private static final String EVALUATED =
      "  evaluations: [{name: held-out, timeoutSeconds: 7200, dataset: {name: h, path: h.jsonl}}]\n";
  private static final String LARGE =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: rec, namespace: team, uid: 11-22}
      spec:
        model: {source: "pvc://models/Qwen2.5-VL-3B"}
        data:
          task: rec
          datasets: [{name: train, path: train.jsonl, images: coco}]
          volume: {claimName: refcoco, subPath: v1}
        training: {threadsPerProcess: 4}
        workers:
          replicas: 4
          image: registry.example/trainer:gpu
          device: {resource: nvidia.com/gpu, count: 8}
          resources: {requests: {cpu: "8", memory: 64Gi}, limits: {memory: 64Gi}}
          sharedMemory: 16Gi
          env: [{name: NCCL_DEBUG, value: WARN}]
          nodeSelector: {pool: gpu}
          tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
          priorityClassName: training
          runtimeClassName: nvidia
          serviceAccountName: trainer
        checkpoints:
          volume: {size: 200Gi, storageClassName: fast}
          retain: false
      """;

  @Test
  void aSmallJob() throws IOException {
    GrpoJob owner = JobFile.parse("small", SMALL);
    compare("small-spec", SpecFile.of(owner));
    compare("small-service", WorkerService.of(owner));
    compare("small-policy", WorkerPolicy.of(owner, DEFAULTS));
    compare("small-claim", CheckpointClaim.of(owner).get(0));
    compare("small-attempt", AttemptJob.of(owner, 1, DEFAULTS));
    GrpoJob evaluated = JobFile.parse("small", SMALL + EVALUATED);
    compare("small-evaluation", EvaluationJob.of(evaluated, HELD_OUT, DEFAULTS));
    compare(
        "small-checkpoint",
        EvaluationJob.of(evaluated, new Subject("held-out", "checkpoint-200"), DEFAULTS));
  }

  @Test
  void aJobThatAsksForEverything() throws IOException {
    GrpoJob owner = JobFile.parse("large", LARGE);
    compare("large-spec", SpecFile.of(owner));
    compare("large-claim", CheckpointClaim.of(owner).get(0));
    compare("large-attempt", AttemptJob.of(owner, 12, DEFAULTS));
  }

  @Test
  void aJobOfAQueueWithAModelOfTheHub() throws IOException {
    GrpoJob owner =
        JobFile.parse(
            "hub",
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: hub, namespace: team, uid: 11-22}
            spec:
              model:
                source: hf://Qwen/Qwen2.5-VL-3B-Instruct@v1
                hub: {endpoint: "https://mirror.example", token: {name: hub-token}}
              data: {datasets: [{name: train, path: train.jsonl}]}
              workers:
                replicas: 2
                device: {resource: nvidia.com/mig-1g.5gb}
                scheduling: {gang: kueue, queue: training, topologyKey: rack, required: true}
                resourceClaims: [{name: nic, resourceClaimTemplateName: rdma}]
            """
                + EVALUATED);
    compare("hub-model", ModelJob.of(owner, DEFAULTS));
    compare("hub-cache", ModelJob.cache(owner).get(0));
    compare("hub-attempt", AttemptJob.of(owner, 1, DEFAULTS));
    compare("hub-evaluation", EvaluationJob.of(owner, HELD_OUT, DEFAULTS));
  }

  @Test
  void aGangOnAscendWithATemplateOverIt() throws IOException {
    GrpoJob owner =
        JobFile.parse(
            "ascend",
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: ascend, namespace: team, uid: 11-22}
            spec:
              model: {source: model}
              data: {datasets: [{name: train, path: train.jsonl}]}
              workers:
                replicas: 4
                device: {resource: huawei.com/Ascend910, count: 8}
                resources: {limits: {rdma/hca: 1}}
                sharedMemory: 64Gi
                runtimeClassName: ascend
                priorityClassName: high
                scheduling: {gang: volcano, queue: npu, topologyKey: rack}
                template:
                  metadata: {annotations: {example.com/team: vision}}
                  spec:
                    terminationGracePeriodSeconds: 600
                    tolerations: [{key: npu, operator: Exists}]
                    volumes: [{name: scratch, emptyDir: {}}]
                    containers:
                    - name: worker
                      env: [{name: HCCL_CONNECT_TIMEOUT, value: "60"}]
                      volumeMounts: [{name: scratch, mountPath: /scratch}]
                    - {name: exporter, image: npu-exporter}
            """);
    PodPolicy policy = new PodPolicy(List.of(), List.of(), false, false, List.of("*"), true);
    PodDefaults defaults =
        new PodDefaults("vlm-r1/trainer:1", "IfNotPresent", List.of(), 120, "vlmr1-system", policy);
    assertThat(PodSafety.problems(owner, defaults)).isEmpty();
    compare("ascend-attempt", AttemptJob.of(owner, 3, defaults));
    compare("ascend-gang", Gang.podGroup(owner).get(0));
  }

  @Test
  void aGangOfTheCoschedulingPluginThatIsSpread() throws IOException {
    GrpoJob owner =
        JobFile.parse(
            "plugin",
            SMALL
                + "  workers: {replicas: 3, scheduling: {gang: scheduler-plugins, topologyKey: zone,"
                + " placement: spread}}\n");
    compare("plugin-attempt", AttemptJob.of(owner, 1, DEFAULTS));
    compare("plugin-gang", Gang.podGroup(owner).get(0));
  }

  @Test
  void anEvaluationByAServerBesideIt() throws IOException {
    GrpoJob owner =
        JobFile.parse(
            "server",
            LARGE
                + """
                adapter: {rank: 24}
                evaluations:
                - name: held-out
                  dataset: {name: h, path: h.jsonl}
                  engine: vllm
                  server:
                    image: vllm/vllm-openai:v0.11.0
                    args: [--max-model-len, "8192"]
                    env: [{name: VLLM_LOGGING_LEVEL, value: WARNING}]
                    device: {resource: nvidia.com/gpu}
                    resources: {limits: {memory: 32Gi}}
                    sharedMemory: 8Gi
                """
                    .indent(2));
    compare("server-evaluation", EvaluationJob.of(owner, HELD_OUT, DEFAULTS));
  }

  @Test
  void aServedModelOfOurOwnEngine() throws IOException {
    GrpoJob owner =
        JobFile.parse(
            "serving",
            SMALL
                + "  training: {precision: float32}\n  serving: {replicas: 2, args: [--concurrency, '8']}\n");
    owner.setStatus(
        new YAMLMapper().readValue("{bestCheckpoint: checkpoint-200}", GrpoJobStatus.class));
    Serving serving = new Serving(owner);
    compare("serving-own", serving.deployment(DEFAULTS));
    compare("serving-service", serving.service());
    compare("serving-policy", serving.policy());
  }

  @Test
  void whatIsNoCheckpointIsNotServed() throws IOException {
    GrpoJob owner = JobFile.parse("serving", SMALL + "  serving: {}\n");
    owner.setStatus(new YAMLMapper().readValue("{bestCheckpoint: ../../etc}", GrpoJobStatus.class));
    assertThat(new Serving(owner).model()).isEqualTo("final");
  }

  @Test
  void aJobWithAnExistingClaimMakesNone() {
    GrpoJob owner = JobFile.parse("own", SMALL + "  checkpoints: {volume: {claimName: mine}}\n");
    assertThat(CheckpointClaim.of(owner)).isEmpty();
    assertThat(AttemptJob.of(owner, 1, DEFAULTS).getSpec().getTemplate().getSpec().getVolumes())
        .anyMatch(
            volume ->
                volume.getPersistentVolumeClaim() != null
                    && volume.getPersistentVolumeClaim().getClaimName().equals("mine"));
  }

  @Test
  void theContractsVariablesWinOverTheUsers() {
    GrpoJob owner =
        JobFile.parse("env", SMALL + "  workers: {env: [{name: WORLD_SIZE, value: \"99\"}]}\n");
    assertThat(WorkerVariables.ofAttempt(owner, 1))
        .filteredOn(variable -> variable.getName().equals("WORLD_SIZE"))
        .singleElement()
        .satisfies(variable -> assertThat(variable.getValue()).isEqualTo("1"));
  }

  private static void compare(String name, HasMetadata object) throws IOException {
    String yaml = Serialization.asYaml(object);
    Path golden = FOLDER.resolve(name + ".yaml");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(golden, yaml);
    }
    assertThat(golden).as("%s; -Dgolden.update=true writes it anew", name).hasContent(yaml);
  }
}
