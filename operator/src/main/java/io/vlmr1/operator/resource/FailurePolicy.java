package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRuleBuilder;
import io.vlmr1.api.contract.ExitCode;
import java.util.Arrays;
import java.util.List;

/** What the Job controller does when a pod fails. */
final class FailurePolicy {
  private FailurePolicy() {}

  static PodFailurePolicy anyFailureEndsTheJob() {
    return new PodFailurePolicyBuilder()
        .withRules(onDisruption("FailJob"), onExit("NotIn", List.of(ExitCode.OK.code())))
        .build();
  }

  static PodFailurePolicy lastingErrorsEndTheJob() {
    List<Integer> lasting =
        Arrays.stream(ExitCode.values())
            .filter(code -> code != ExitCode.OK && !code.retryHelps())
            .map(ExitCode::code)
            .toList();
    return new PodFailurePolicyBuilder()
        .withRules(onDisruption("Ignore"), onExit("In", lasting))
        .build();
  }

  private static PodFailurePolicyRule onDisruption(String action) {
    return new PodFailurePolicyRuleBuilder()
        .withAction(action)
        .addNewOnPodCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .endOnPodCondition()
        .build();
  }

  private static PodFailurePolicyRule onExit(String operator, List<Integer> codes) {
    return new PodFailurePolicyRuleBuilder()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName(Names.CONTAINER)
        .withOperator(operator)
        .withValues(codes)
        .endOnExitCodes()
        .build();
  }
}
