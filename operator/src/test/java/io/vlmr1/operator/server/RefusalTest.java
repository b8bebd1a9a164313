package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.status.Conditions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cannot run is refused with every reason, and nothing is made. */
class RefusalTest extends ServerTest {
  private static final String BAD =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: shapes}
      spec:
        model: {source: "hf://Qwen/Qwen2.5-VL-3B-Instruct", freeze: [visual]}
        data: {datasets: [{name: train, path: train.jsonl, rewardMethod: poetry}]}
        rewards: [{name: beauty}]
        grpo: {epsilon: 0.3, epsilonHigh: 0.2}
        workers: {device: {resource: gpu}}
        adapter: {dora: true}
      """;

  @Test
  void anInvalidSpecIsRefusedWithTheProblemsThatValidateLists() {
    create(BAD);
    GrpoJobStatus refused = waitUntil(status -> !status.conditions().isEmpty());
    List<Problem> problems = JobRules.problems(JobFile.parse("bad.yaml", BAD));
    assertThat(problems).hasSizeGreaterThan(3);
    assertThat(condition(Conditions.ACCEPTED).getStatus()).isEqualTo("False");
    assertThat(condition(Conditions.ACCEPTED).getMessage().lines())
        .containsExactlyElementsOf(problems.stream().map(Problem::toString).toList());
    assertThat(refused.phase()).isEqualTo(Phase.PENDING);
    assertThat(condition(Conditions.STALLED).getStatus()).isEqualTo("True");
    assertThat(find("shapes-1")).isNull();
    assertThat(events()).containsExactly("Refused");
    assertQuiet();
  }

  @Test
  void aSpecThatIsMendedIsAccepted() {
    create(JOB.replace("checkpoints:", "rewards: [{name: beauty}]\n  checkpoints:"));
    waitFor(Conditions.STALLED);
    change(job -> job.setSpec(JobFile.parse("good.yaml", JOB).getSpec()));
    jobNamed("shapes-1");
    GrpoJobStatus accepted = waitFor(Conditions.ACCEPTED);
    assertThat(Conditions.holds(accepted.conditions(), Conditions.STALLED)).isFalse();
    assertThat(accepted.observedGeneration()).isEqualTo(2);
  }

  @Test
  void whatTheServerDoesNotTakeIsToldInItsWords() {
    create(
        JOB.replace(
            "workers: {replicas: 2}",
            "workers: {replicas: 2, nodeSelector: {pool: \"no such value!\"}}"));
    GrpoJobStatus refused = waitFor(Conditions.STALLED);
    assertThat(condition(Conditions.ACCEPTED).getReason()).isEqualTo("RefusedByServer");
    assertThat(condition(Conditions.ACCEPTED).getMessage())
        .startsWith("Job shapes-1:")
        .contains("spec.template", "no such value!");
    assertThat(refused.attempts()).isEmpty();
    assertQuiet();
  }
}
