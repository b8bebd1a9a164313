package io.vlmr1.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFileTest {
  private static final String HEAD =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: shapes, labels: {team: vision}}
      """;

  private static final String MINIMAL =
      HEAD
          + """
          spec:
            model: {source: model}
            data: {datasets: [{name: train, path: train.jsonl}]}
            grpo: {beta: 1e-6, epsilonHigh: null}
            workers:
              resources: {requests: {cpu: 1, memory: 2Gi}}
              env: [{name: A, value: "1"}]
          """;

  @Test
  void absentAndNullFieldsTakeTheirDefaults() {
    GrpoJob job = JobFile.parse("job.yaml", MINIMAL);
    assertThat(job.getMetadata().getName()).isEqualTo("shapes");
    assertThat(job.getSpec().method()).isEqualTo(Method.GRPO);
    assertThat(job.getSpec().grpo().beta()).isEqualTo(1e-6);
    assertThat(job.getSpec().grpo().upperEpsilon()).isEqualTo(0.2);
    assertThat(job.getSpec().rewards()).hasSize(2);
  }

  @Test
  void whatIsWrittenReadsTheSame() {
    GrpoJob job = JobFile.parse("job.yaml", MINIMAL);
    GrpoJob again = JobFile.parse("again.yaml", JobFile.write(job));
    assertThat(again).isEqualTo(job);
  }

  @Test
  void aKubernetesClientReadsAndWritesTheSame() {
    KubernetesSerialization kubernetes = new KubernetesSerialization();
    GrpoJob job = kubernetes.unmarshal(MINIMAL, GrpoJob.class);
    assertThat(job).isEqualTo(JobFile.parse("job.yaml", MINIMAL));
    assertThat(kubernetes.unmarshal(kubernetes.asJson(job), GrpoJob.class)).isEqualTo(job);
    assertThat(kubernetes.clone(job)).isEqualTo(job);
  }

  @Test
  void whatWasReadFromAClusterIsReadToo() {
    GrpoJob job =
        JobFile.parse(
            "job.yaml",
            MINIMAL.replace("{name: shapes,", "{name: shapes, uid: u, resourceVersion: '7',")
                + "status: {phase: Running, conditions: [{type: Accepted, status: 'True'}]}\n");
    assertThat(job.getMetadata().getUid()).isEqualTo("u");
  }

  @Test
  void everyFieldThatDoesNotFitIsNamedWithLineAndColumn() {
    String yaml =
        HEAD
            + """
            spec:
              method: PPO
              suspend: maybe
              model: {sorce: model}
              data:
                datasets: {name: a}
                datasets: []
              grpo: {generations: "8", iterations: 1.5, beta: [1], seed: 99999999999}
              training: {maxSteps: 99999999999, epochs: "1"}
              rewards: [{nam: a}, 3, ]
              workers: {env: [{name: A, valu: 1}], nodeSelector: {disk: 3}}
              evaluations:
              -
            """;
    assertThat(refusal(yaml).lines())
        .containsExactly(
            "job.yaml:5:11: spec.method: \"PPO\" is not known; write one of GRPO, SFT",
            "job.yaml:6:12: spec.suspend: \"maybe\" has the wrong type; write true or false",
            "job.yaml:7:11: spec.model.sorce: unknown field; write source",
            "job.yaml:9:15: spec.data.datasets: an object has the wrong type; write a list",
            "job.yaml:10:5: spec.data.datasets: given twice; keep one of them",
            "job.yaml:11:23: spec.grpo.generations: \"8\" has the wrong type;"
                + " write a whole number without quotes",
            "job.yaml:11:40: spec.grpo.iterations: \"1.5\" has the wrong type;"
                + " write a whole number without quotes",
            "job.yaml:11:51: spec.grpo.beta: a list has the wrong type;"
                + " write a number without quotes",
            "job.yaml:11:56: spec.grpo.seed: unknown field; known here: generations, iterations,"
                + " beta, epsilon, epsilonHigh, delta, loss, importanceSampling, scaleRewards,"
                + " maskTruncatedCompletions, maxCompletionTokens, sampling, refillRounds,"
                + " syncReference",
            "job.yaml:12:24: spec.training.maxSteps: \"99999999999\" has the wrong type;"
                + " write a number of at most 31 bits",
            "job.yaml:12:45: spec.training.epochs: \"1\" has the wrong type;"
                + " write a number without quotes",
            "job.yaml:13:14: spec.rewards[0].nam: unknown field; write name",
            "job.yaml:13:23: spec.rewards[1]: \"3\" has the wrong type;"
                + " write an object with fields",
            "job.yaml:14:29: spec.workers.env[0].valu: unknown field; write value",
            "job.yaml:14:61: spec.workers.nodeSelector[disk]: \"3\" has the wrong type;"
                + " write a text, in quotes",
            "job.yaml:16:4: spec.evaluations[0]: empty; remove the dash, or fill it in");
  }

  @Test
  void brokenYamlIsNamedWithLineAndColumn() {
    assertThat(refusal(HEAD + "spec: [1\nx: 2"))
        .hasMessage("job.yaml:5:2: not YAML: expected ',' or ']', but got :; correct it here");
  }

  @Test
  void anotherKindIsNotTaken() {
    assertThat(refusal("apiVersion: v1\nkind: Pod\n"))
        .hasMessage(
            "job.yaml:1:1: apiVersion v1 and kind Pod; this takes apiVersion:"
                + " training.vlmr1.io/v1alpha1 and kind: GrpoJob");
    assertThat(refusal("")).hasMessageStartingWith("job.yaml:1:1: empty; start with apiVersion");
    assertThat(refusal(HEAD + "---\n" + HEAD)).hasMessageContaining("job.yaml:5:1: a second doc");
  }

  @Test
  void numbersThatAreNoneAreLeftToTheRules() {
    GrpoJob job = JobFile.parse("job.yaml", MINIMAL.replace("1e-6", ".inf"));
    assertThat(JobRules.problems(job))
        .extracting(Problem::toString)
        .containsExactly("spec.grpo.beta: Infinity is not a finite number; set a finite number");
  }

  @Test
  void anAbsentFileIsNamed(@TempDir Path folder) throws Exception {
    Path absent = folder.resolve("none.yaml");
    assertThat(catchThrowableOfType(JobFileException.class, () -> JobFile.read(absent)))
        .hasMessage(absent + ": no such file; give the path of a GrpoJob in YAML");
    Path present = Files.writeString(folder.resolve("job.yaml"), MINIMAL);
    assertThat(JobFile.read(present).getSpec().model().source()).isEqualTo("model");
  }

  private static JobFileException refusal(String yaml) {
    JobFileException refusal =
        catchThrowableOfType(JobFileException.class, () -> JobFile.parse("job.yaml", yaml));
    assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_SPEC);
    return refusal;
  }
}
