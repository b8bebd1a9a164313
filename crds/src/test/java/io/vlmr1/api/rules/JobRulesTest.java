package io.vlmr1.api.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.BestSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row a case: what is laid over a good job, and the only problem that follows. */
class JobRulesTest {
  private static final String GOOD =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: shapes}
      spec:
        model: {source: model}
        data: {task: rec, datasets: [{name: train, path: train.jsonl, images: images}]}
        workers: {replicas: 2}
        evaluations: [{name: held-out, task: rec, dataset: {name: h, path: held_out.jsonl}}]
      """;

  private final YAMLMapper yaml = new YAMLMapper();

  @Test
  void aGoodJobHasNoProblem() {
    assertThat(JobRules.problems(JobFile.parse("good", GOOD))).isEmpty();
  }

  @Test
  void everyProblemIsToldAtOnce() throws Exception {
    GrpoJob job =
        job(
            """
            metadata: {name: A}
            spec:
              model: {source: "s3://bucket/key"}
              grpo: {generations: 1, epsilonHigh: 0.1}
              rewards: [{name: iou}, {name: iou}]
              training: {completionsPerDevice: 3}
              adapter: {dora: true}
              restartPolicy: {backoffSeconds: 900}
            """);
    assertThat(JobRules.problems(job))
        .extracting(Problem::path)
        .containsExactly(
            "metadata.name",
            "spec.grpo.generations",
            "spec.rewards[1].name",
            "spec.adapter.dora",
            "spec.model.source",
            "spec.rewards[0].name",
            "spec.rewards[1].name",
            "spec.grpo.epsilonHigh",
            "spec.restartPolicy.backoffSeconds");
  }

  @Test
  void anEmptySpecIsMissingItsModelAndItsData() {
    GrpoJob empty = new GrpoJob();
    empty.getMetadata().setName("empty");
    assertThat(JobRules.problems(empty))
        .extracting(Problem::path)
        .containsExactly("spec.model.source", "spec.data.datasets");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model: {source: ''}             | spec.model.source: absent; set it: A Hugging Face folder",
        "model: {source: 'hf://o/../n'}  | spec.model.source: \"hf://o/../n\" is not understood; give a path, pvc://",
        "model: {hub: {endpoint: 'https://m'}} | spec.model.hub: without effect on the source \"model\"; remove it, or use hf://",
        "model: {source: 'hf://o/n', hub: {endpoint: ftp}} | spec.model.hub.endpoint: \"ftp\" is no address; write it as https://host",
        "model: {source: 'hf://o/n', hub: {cache: {size: 0}}} | spec.model.hub.cache.size: \"0\" is no size; write it as 10Gi",
        "model: {source: 's3://b/k'}     | spec.model.source: \"s3://b/k\" is not understood; give a path, pvc://",
        "model: {source: 'pvc://claim'}  | spec.model.source: \"pvc://claim\" is not understood; give a path, pvc://",
        "model: {source: 'pvc://c/../x'} | spec.model.source: \"pvc://c/../x\" is not understood; give a path",
        "model: {minPixels: 9, maxPixels: 4} | spec.model.minPixels: 9 is above spec.model.maxPixels 4; set it to at most 4",
        "data: {datasets: []}            | spec.data.datasets: absent; set it: Data sets by name",
        "data: {datasets: [{name: a}]}   | spec.data.datasets[0].path: absent; set it: JSONL, a .json list",
        "data: {datasets: [{name: a, path: b}, {name: a, path: c}]} | spec.data.datasets[1].name: \"a\" is also the name of entry 0; give each",
        "data: {datasets: [{name: a, path: b, rewardMethod: llm}]} | spec.data.datasets[0].rewardMethod: llm without a judge; give the reward accuracy the url",
        "data: {datasets: [{name: a, path: b, rewardMethod: luck}]} | spec.data.datasets[0].rewardMethod: \"luck\" is no reward method; use one of: default, mcq, yes_no",
        "data: {datasets: [{name: a, path: b, sampling: 'first'}]} | spec.data.datasets[0].sampling: \"first\" is not understood; write all, first:N",
        "data: {datasets: [{name: a, path: b, sampling: 'end:101%'}]} | spec.data.datasets[0].sampling: \"end:101%\" is not understood; write all",
        "data: {validation: [{name: a, path: b}]} | spec.data.validation: is looked at by spec.training.validation, which is absent; add",
        "training: {validation: {}}      | spec.training.validation: without rows; add data sets to spec.data.validation",
        "data: {validation: [{name: a, path: b}]}, training: {validation: {metric: eval/luck}} | spec.training.validation.metric: \"eval/luck\" is not measured; use eval/reward, or eval/ with the name",
        "method: SFT, data: {validation: [{name: a, path: b}]}, training: {validation: {metric: eval/reward}} | spec.training.validation.metric: \"eval/reward\" is not measured; use eval/loss",
        "training: {packTokens: 100}     | spec.training.packTokens: only SFT packs rows; remove it",
        "data: {promptTemplate: 'Say it.'} | spec.data.promptTemplate: without {Question}; write {Question} where",
        "data: {maxPromptTokens: 0}      | spec.data.maxPromptTokens: 0 is too small; set it to at least 1",
        "rewards: []                     | spec.rewards: 0 entries; give at least 1, or leave it out",
        "rewards: [{name: a, kind: lenght}] | spec.rewards[0].kind: \"lenght\" is no reward; use one of: accuracy, format, plain_iou, length",
        "rewards: [{name: accuracy, method: luck}] | spec.rewards[0].method: \"luck\" is no reward method; use one of: default, mcq",
        "rewards: [{name: accuracy, method: llm}] | spec.rewards[0].method: llm without a judge; give url and model of the judge",
        "rewards: [{name: accuracy, url: 'http://j/v1'}] | spec.rewards[0].model: no judge named for url; give the name",
        "rewards: [{name: style, kind: http}] | spec.rewards[0].url: missing for kind http; give it",
        "rewards: [{name: style, kind: java}] | spec.rewards[0].provider: missing for kind java; give it",
        "rewards: [{name: format, parity: true}] | spec.rewards[0].parity: would do nothing for format; remove it",
        "rewards: [{name: format, url: 'http://h'}] | spec.rewards[0].url: would do nothing for format; remove it",
        "rewards: [{name: accuracy, retries: 5}] | spec.rewards[0].timeoutSeconds and retries: would do nothing for accuracy",
        "rewards: [{name: acuracy}]      | spec.rewards[0].name: \"acuracy\" is no reward; use one of: accuracy, format, plain_iou",
        "rewards: [{name: format, weight: 0}] | spec.rewards: every weight is 0; give a weight",
        "grpo: {generations: 1}          | spec.grpo.generations: 1 is too small; set it to at least 2",
        "grpo: {epsilonHigh: 0.1}        | spec.grpo.epsilonHigh: 0.1 is below spec.grpo.epsilon 0.2; set it to at least 0.2",
        "grpo: {delta: 1.1}              | spec.grpo.delta: 1.1 is not above the clip range, which ends at 1.2; set",
        "grpo: {refillRounds: 65}        | spec.grpo.refillRounds: 65 is too large; set it to at most 64",
        "grpo: {beta: 0, syncReference: {}} | spec.grpo.syncReference: without effect: beta is 0 and there is no reference; remove it",
        "grpo: {syncReference: {alpha: 0}} | spec.grpo.syncReference.alpha: 0.0 is too small; set it to more than 0",
        "grpo: {syncReference: {}}, adapter: {} | spec.grpo.syncReference: beside spec.adapter, whose reference is the model without it",
        "grpo: {loss: cispo, delta: 2}   | spec.grpo.delta: without effect for loss CISPO; remove it",
        "grpo: {loss: sapo, epsilonHigh: 0.3} | spec.grpo.epsilonHigh: without effect for loss SAPO; remove it",
        "grpo: {loss: sapo, importanceSampling: sequence} | spec.grpo.importanceSampling: loss SAPO weighs tokens; set it to token",
        "grpo: {sampling: {temperature: 0}} | spec.grpo.sampling.temperature: 0.0 is too small; set it to more than 0",
        "grpo: {sampling: {topP: 1.5}}   | spec.grpo.sampling.topP: 1.5 is too large; set it to at most 1",
        "adapter: {dora: true}           | spec.adapter.dora: not supported yet; remove it",
        "adapter: {rank: 0}              | spec.adapter.rank: 0 is too small; set it to at least 1",
        "adapter: {targetModules: [all-linear, q_proj]} | spec.adapter.targetModules: all-linear beside other endings, which it takes in; write",
        "adapter: {targetModules: [q_proj], targetPattern: '.*'} | spec.adapter.targetPattern: beside targetModules; remove one of the two",
        "adapter: {targetPattern: '(q_proj'} | spec.adapter.targetPattern: \"(q_proj\" is no regular expression: Unclosed group; mend it",
        "adapter: {source: a, targetModules: [q_proj]} | spec.adapter.targetModules: beside spec.adapter.source, whose files decide what trains; remove",
        "optimizer: {warmupSteps: 2, warmupRatio: 0.1} | spec.optimizer.warmupRatio: 0.1 beside warmupSteps 2; remove one",
        "optimizer: {warmupSteps: 2, schedule: constant} | spec.optimizer.schedule: constant has no warm-up, but one is given; use",
        "optimizer: {beta2: 1}           | spec.optimizer.beta2: 1.0 is too large; set it to less than 1",
        "training: {epochs: 0}           | spec.training.epochs: 0 without spec.training.maxSteps: there is nothing to do; set",
        "training: {completionsPerDevice: 6} | spec.training.completionsPerDevice: spec.grpo.generations 8 does not divide the global batch 12 (6 x 2 processes); set it to a multiple of 8",
        "training: {completionsPerDevice: 12} | spec.training.completionsPerDevice: 12 is not a multiple of spec.grpo.generations 8; groups over several processes are not supported yet; set",
        "training: {completionsPerDevice: 8, promptsPerDevice: 1} | spec.training.completionsPerDevice: given beside spec.training.promptsPerDevice; remove one",
        "training: {activationMemory: 2Gi} | spec.training.activationMemory: without effect with recompute none; set recompute to auto, or remove it",
        "training: {recompute: auto, activationMemory: much} | spec.training.activationMemory: \"much\" is no size; write it as 2Gi",
        "workers: {replicas: 0}          | spec.workers.replicas: 0 is too small; set it to at least 1",
        "workers: {processesPerWorker: 4, device: {resource: nvidia.com/gpu, count: 2}} | spec.workers.device.count: 2 for 4 processes; set it to 4, or processesPerWorker to 2",
        "workers: {scheduling: {gang: kueue}} | spec.workers.scheduling.queue: absent; name the LocalQueue",
        "workers: {scheduling: {queue: a}} | spec.workers.scheduling.queue: without effect with this gang; set gang to",
        "workers: {scheduling: {gang: volcano, queue: 'A b'}} | spec.workers.scheduling.queue: \"A b\" is no name of a queue; use",
        "workers: {scheduling: {placement: spread}} | spec.workers.scheduling.topologyKey: absent, so placement and required have no effect; name",
        "workers: {scheduling: {topologyKey: '-x'}} | spec.workers.scheduling.topologyKey: \"-x\" is no name of a label; write",
        "workers: {resourceClaims: [{name: a}]} | spec.workers.resourceClaims[0]: names neither a claim nor a template; give one",
        "workers: {resourceClaims: [{name: a, resourceClaimName: x}, {name: a, resourceClaimName: y}]} | spec.workers.resourceClaims[1].name: \"a\" is also the name of entry 0; give each",
        "workers: {device: {resource: gpu}} | spec.workers.device.resource: \"gpu\" is no extended resource; write",
        "workers: {device: {resource: a.b/c}, resources: {limits: {a.b/c: 1}}} | spec.workers.resources.limits[a.b/c]: also given by spec.workers.device; remove",
        "workers: {resources: {requests: {memory: lots}}} | spec.workers.resources.requests[memory]: \"lots\" is no amount; write it as",
        "workers: {resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}} | spec.workers.resources.requests[cpu]: 2 is above its limit 1500m; set it to at most 1500m",
        "workers: {env: [{name: MASTER_ADDR, value: x}]} | spec.workers.env[0].name: \"MASTER_ADDR\" is set by the operator; remove it",
        "workers: {sharedMemory: big}    | spec.workers.sharedMemory: \"big\" is no amount; write it as",
        "checkpoints: {volume: {size: 0}} | spec.checkpoints.volume.size: \"0\" is no size; write it as 10Gi",
        "checkpoints: {volume: {accessModes: [ReadOnlyMany]}} | spec.checkpoints.volume.accessModes: [ReadOnlyMany] lets no worker write; use one of",
        "checkpoints: {volume: {claimName: a, storageClassName: b}} | spec.checkpoints.volume.storageClassName: without effect on the existing claim a; remove",
        "restartPolicy: {backoffSeconds: 301} | spec.restartPolicy.backoffSeconds: 301 is above maxBackoffSeconds 300; set",
        "evaluations: [{name: Big, dataset: {name: a, path: b}}] | spec.evaluations[0].name: \"Big\" does not match",
        "evaluations: [{name: a}]        | spec.evaluations[0].dataset.name: absent; set it",
        "evaluations: [{name: a, dataset: {name: a, path: b}, server: {image: i}}] | spec.evaluations[0].server: without effect: the trainer's own engine answers; set engine",
        "evaluations: [{name: a, dataset: {name: a, path: b}, engine: vllm}] | spec.evaluations[0].server.image: absent; name an image",
        "evaluations: [{name: a, dataset: {name: a, path: b}, engine: server, server: {image: i}}] | spec.evaluations[0].server.args: without {model}; write {model} where",
        "evaluations: [{name: a, dataset: {name: a, path: b}, engine: xllm, server: {image: i}}], adapter: {} | spec.evaluations[0].engine: starts a server without the adapter that is trained; use own",
        "evaluations: [{name: a, dataset: {name: a, path: b}, engine: xllm, server: {image: i}}], model: {maxPixels: 9} | spec.evaluations[0].engine: starts a server that does not know spec.model.minPixels and maxPixels; use own",
        "evaluations: [{name: a, dataset: {name: a, path: b}, engine: vllm, server: {image: i, device: {resource: gpu}}}] | spec.evaluations[0].server.device.resource: \"gpu\" is no extended resource; write",
        "evaluations: [{name: a, dataset: {name: a, path: b}, engine: vllm, server: {image: i, resources: {limits: {memory: much}}}}] | spec.evaluations[0].server.resources.limits[memory]: \"much\" is no amount; write",
        "evaluations: [{name: a, dataset: {name: a, path: b}, when: everyCheckpoint}], checkpoints: {volume: {accessModes: [ReadWriteOncePod]}} | spec.checkpoints.volume.accessModes: ReadWriteOncePod lets no evaluation look at a checkpoint",
        "checkpoints: {best: {}}         | spec.checkpoints.best: no evaluation looks at every checkpoint; set when: everyCheckpoint",
        "evaluations: [{name: a, dataset: {name: a, path: b}, when: everyCheckpoint}], checkpoints: {best: {evaluation: c}} | spec.checkpoints.best.evaluation: \"c\" is no evaluation of every checkpoint; name",
        "serving: {engine: vllm}         | spec.serving.image: absent; name an image of the server",
        "serving: {engine: server, image: i} | spec.serving.args: without {model}; write {model} where",
        "serving: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}} | spec.serving.resources.requests[cpu]: 2 is above its limit 1; set it to at most 1",
        "serving: {replicas: -1}         | spec.serving.replicas: -1 is too small; set it to at least 0",
        "serving: {sharedMemory: big}    | spec.serving.sharedMemory: \"big\" is no amount; write it as",
      })
  void aBadFieldIsNamedWithItsRemedy(String spec, String problem) throws Exception {
    List<Problem> problems = JobRules.problems(job("spec: {" + spec + "}"));
    assertThat(problems).isNotEmpty();
    assertThat(problems.get(0).toString()).startsWith(problem);
    boolean evaluationOnly = spec.equals("evaluations: [{name: a}]");
    assertThat(problems).as("the only problem").hasSize(evaluationOnly ? 2 : 1);
  }

  @Test
  void theVolumeOfTheDataIsNotWrittenTo() throws Exception {
    GrpoJob job =
        job(
            """
            spec:
              data: {volume: {claimName: one, subPath: ../up}}
              checkpoints: {volume: {claimName: one}}
            """);
    assertThat(JobRules.problems(job))
        .extracting(Problem::path)
        .containsExactly("spec.checkpoints.volume.claimName", "spec.data.volume.subPath");
  }

  @Test
  void namesLeaveRoomForThoseOfPods() throws Exception {
    assertThat(JobRules.problems(job("metadata: {name: " + "a".repeat(41) + "}")))
        .extracting(Problem::toString)
        .containsExactly(
            "metadata.name: 41 characters long; use at most 40, so that the pods' names fit");
    String evaluation = "{name: " + "e".repeat(47) + ", dataset: {name: a, path: b}}";
    assertThat(JobRules.problems(job("spec: {evaluations: [" + evaluation + "]}")))
        .extracting(Problem::path)
        .containsExactly("spec.evaluations[0].name");
  }

  @Test
  void namesOfEvaluationsLeaveRoomForTheStepOfACheckpoint() throws Exception {
    String evaluation =
        "{name: " + "e".repeat(37) + ", dataset: {name: a, path: b}, when: everyCheckpoint}";
    assertThat(JobRules.problems(job("spec: {evaluations: [" + evaluation + "]}")))
        .extracting(Problem::toString)
        .containsExactly(
            "spec.evaluations[0].name: with the job's name 43 characters long; use at most 42 for"
                + " both together");
  }

  @Test
  void theBestCheckpointIsThatOfTheFirstEvaluationOfEveryOne() throws Exception {
    String every = "dataset: {name: d, path: b}, when: everyCheckpoint}";
    GrpoJob job =
        job(
            "spec: {evaluations: [{name: end, dataset: {name: d, path: b}}, {name: a, "
                + every
                + "]}");
    assertThat(job.getSpec().bestCheckpoint())
        .contains(new BestSpec("a", "accuracy", BestSpec.Goal.MAXIMIZE));
    GrpoJob named =
        job(
            "spec: {checkpoints: {best: {evaluation: b, metric: loss, goal: minimize}},"
                + " evaluations: [{name: a, "
                + every
                + ", {name: b, "
                + every
                + "]}");
    BestSpec best = named.getSpec().bestCheckpoint().orElseThrow();
    assertThat(best).isEqualTo(new BestSpec("b", "loss", BestSpec.Goal.MINIMIZE));
    assertThat(best.worth(Map.of("loss", 1.0))).isGreaterThan(best.worth(Map.of("loss", 2.0)));
    assertThat(best.worth(Map.of("accuracy", 1.0))).isNaN();
  }

  @Test
  void completionsMayBeCountedInPlaceOfPrompts() throws Exception {
    GrpoJob job = job("spec: {training: {completionsPerDevice: 24}}");
    assertThat(JobRules.problems(job)).isEmpty();
    assertThat(job.getSpec().training().prompts(8)).isEqualTo(3);
  }

  /** The good job with this laid over it, field by field; lists are replaced. */
  private GrpoJob job(String overlay) throws Exception {
    ObjectNode job = (ObjectNode) yaml.readTree(GOOD);
    merge(job, (ObjectNode) yaml.readTree(overlay));
    return JobFile.parse("case", yaml.writeValueAsString(job));
  }

  private static void merge(ObjectNode base, ObjectNode overlay) {
    overlay
        .properties()
        .forEach(
            field -> {
              JsonNode under = base.get(field.getKey());
              if (under instanceof ObjectNode inner
                  && field.getValue() instanceof ObjectNode over) {
                merge(inner, over);
              } else {
                base.set(field.getKey(), field.getValue());
              }
            });
  }
}
