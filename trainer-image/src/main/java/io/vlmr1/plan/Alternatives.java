package io.vlmr1.plan;

import io.vlmr1.tensor.Dtype;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Other settings of the same training, and which of them a limit of memory leaves. */
public final class Alternatives {
  /** Name of what was asked for. */
  public static final String AS_SET = "as set";

  private static final int RANK = 64;

  private final Plan asked;
  private final Rates rates;
  private final long limit;

  /**
   * A change of settings.
   *
   * @param settings as the spec writes them
   * @param exact whether what is learned stays the same to the last rounding
   * @param plan what it takes then
   * @param fits whether that is within the limit
   */
  public record Alternative(String settings, boolean exact, Plan plan, boolean fits) {}

  /** Of a plan, on a device that gives a process so many bytes. */
  public Alternatives(Plan asked, Rates rates, long limit) {
    this.asked = asked;
    this.rates = rates;
    this.limit = limit;
  }

  /** All that are different from what was asked for, which is the first. */
  public List<Alternative> all() {
    Workload work = asked.work();
    List<Alternative> found = new ArrayList<>();
    add(found, AS_SET, true, work);
    if (MemoryPlan.Kept.of(work).language() > 0) {
      add(found, "recompute: full", true, work.keeping(0));
    }
    auto(found, work);
    for (int stage = work.spread().stage() + 1; stage <= 3; stage++) {
      if (work.spread().processes() > 1) {
        add(found, "zeroStage: " + stage, true, work.stage(stage));
      }
    }
    if (work.batch().prompts() > 1) {
      int passes = work.batch().passes() * work.batch().prompts();
      add(
          found,
          "promptsPerDevice: 1, gradientAccumulationSteps: " + passes + ", recompute: full",
          true,
          work.prompts(1).keeping(0));
    }
    otherModels(found, work.keeping(0));
    return found;
  }

  /** Of those that fit the fastest: one that learns the same if there is one. */
  public Optional<Alternative> suggestion() {
    return all().stream()
        .filter(Alternative::fits)
        .min(
            Comparator.comparing((Alternative each) -> !each.exact())
                .thenComparing(each -> each.plan().time().seconds()));
  }

  private void auto(List<Alternative> found, Workload work) {
    MemoryPlan least = MemoryPlan.of(work.keeping(0), asked.memory().runtime());
    long budget = (limit - least.standing() - least.passing()) >> 20 << 20;
    int fitting = MemoryPlan.Kept.of(work.keeping(budget)).language();
    if (budget > 0 && fitting > 0 && fitting < work.model().layers()) {
      String settings = "recompute: auto, activationMemory: " + (budget >> 20) + "Mi";
      add(found, settings, true, work.keeping(budget));
    }
  }

  private void otherModels(List<Alternative> found, Workload least) {
    ModelSizes model = least.model();
    ModelSizes.Training training = model.training();
    if (training.dtype() == Dtype.FLOAT32) {
      ModelSizes.Training half =
          new ModelSizes.Training(
              Dtype.BFLOAT16, Dtype.BFLOAT16, training.tower(), training.adapted());
      add(
          found,
          "precision: bfloat16, recompute: full",
          false,
          least.with(model.with(model.weights(), model.trained(), half)));
    }
    if (!training.adapted()) {
      ModelSizes.Training low =
          new ModelSizes.Training(training.dtype(), training.dtype(), false, true);
      long pairs = model.pairs(RANK);
      add(
          found,
          "adapter: {rank: " + RANK + "}, recompute: full",
          false,
          least.with(model.with(model.weights() + pairs, pairs, low)));
    }
  }

  private void add(List<Alternative> found, String settings, boolean exact, Workload work) {
    Plan plan = Plan.of(work, rates, asked.memory().runtime());
    found.add(new Alternative(settings, exact, plan, plan.memory().peak() <= limit));
  }
}
