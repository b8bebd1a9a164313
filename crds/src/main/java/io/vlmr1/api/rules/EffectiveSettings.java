package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.api.v1alpha1.GrpoSpec.ImportanceSampling;
import io.vlmr1.api.v1alpha1.GrpoSpec.Loss;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.api.v1alpha1.ValidationSpec;
import java.util.ArrayList;
import java.util.List;

/** A setting that another one leaves without effect is refused, never ignored. */
final class EffectiveSettings implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    GrpoJobSpec spec = job.getSpec();
    List<Problem> problems = new ArrayList<>();
    validation(spec, problems);
    if (spec.method() == Method.GRPO) {
      grpo(spec.grpo(), problems);
      if (spec.adapter() != null && spec.grpo().syncReference() != null) {
        problems.add(
            new Problem(
                "spec.grpo.syncReference",
                "beside spec.adapter, whose reference is the model without it",
                "remove one of the two"));
      }
      if (spec.training().packTokens() != null) {
        problems.add(new Problem("spec.training.packTokens", "only SFT packs rows", "remove it"));
      }
    }
    return problems;
  }

  private static void validation(GrpoJobSpec spec, List<Problem> problems) {
    ValidationSpec validation = spec.training().validation();
    boolean rows = !spec.data().validation().isEmpty();
    if (rows && validation == null) {
      problems.add(
          new Problem(
              "spec.data.validation",
              "is looked at by spec.training.validation, which is absent",
              "add spec.training.validation: {}, or remove the data sets"));
    }
    if (!rows && validation != null) {
      problems.add(
          new Problem(
              "spec.training.validation", "without rows", "add data sets to spec.data.validation"));
    }
    if (validation != null) {
      String metric = validation.metric(spec.method());
      boolean known =
          spec.method() == Method.SFT
              ? metric.equals("eval/loss")
              : metric.equals("eval/reward")
                  || spec.rewards().stream()
                      .anyMatch(reward -> metric.equals("eval/" + reward.name()));
      if (!known) {
        problems.add(
            new Problem(
                "spec.training.validation.metric",
                '"' + metric + "\" is not measured",
                spec.method() == Method.SFT
                    ? "use eval/loss"
                    : "use eval/reward, or eval/ with the name of one of spec.rewards"));
      }
    }
  }

  private static void grpo(GrpoSpec grpo, List<Problem> problems) {
    if (grpo.syncReference() != null && grpo.beta() == 0) {
      problems.add(
          new Problem(
              "spec.grpo.syncReference",
              "without effect: beta is 0 and there is no reference",
              "remove it, or set a beta above 0"));
    }
    boolean soft = grpo.loss() == Loss.CISPO || grpo.loss() == Loss.SAPO;
    if (soft && grpo.delta() != null) {
      problems.add(
          new Problem("spec.grpo.delta", "without effect for loss " + grpo.loss(), "remove it"));
    }
    if (grpo.loss() == Loss.SAPO && grpo.epsilonHigh() != null) {
      problems.add(
          new Problem("spec.grpo.epsilonHigh", "without effect for loss SAPO", "remove it"));
    }
    if (soft && grpo.importanceSampling() == ImportanceSampling.SEQUENCE) {
      problems.add(
          new Problem(
              "spec.grpo.importanceSampling",
              "loss " + grpo.loss() + " weighs tokens",
              "set it to token"));
    }
  }
}
