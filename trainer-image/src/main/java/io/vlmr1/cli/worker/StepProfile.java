package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.plan.Flops;
import io.vlmr1.plan.MachineMemory;
import io.vlmr1.plan.PhaseClock;
import io.vlmr1.plan.Plan;
import io.vlmr1.plan.PlanTable;
import io.vlmr1.plan.Probe;
import io.vlmr1.plan.Rates;
import io.vlmr1.plan.Workload;
import io.vlmr1.tensor.Natives;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a training is planned to take, and what its steps take: memory, tokens a second, the share
 * of the machine's products, and how long the computing thread waited.
 */
final class StepProfile {
  private static final double MIB = 1 << 20;

  /** Steps after which what was measured is set beside what was planned. */
  private static final int COMPARED = 5;

  private final Workload work;
  private final long activationBytes;
  private final long runtime;
  private final Rates rates;
  private final List<Double> seconds = new ArrayList<>();
  private int longest;
  private double length;

  private StepProfile(Workload work, long activationBytes, long runtime, Rates rates) {
    this.rates = rates;
    this.work = work;
    this.activationBytes = activationBytes;
    this.runtime = runtime;
  }

  /**
   * Measures the machine before a model is loaded: what the process takes then, with the code of
   * all kernels in memory, counts as its own need.
   */
  static StepProfile before(WorkerSettings settings, Lesson lesson, Prompts prompts) {
    GrpoJobSpec spec = settings.spec();
    Natives.load();
    int completion =
        spec.method() == Method.GRPO ? spec.grpo().maxCompletionTokens() : answer(lesson, prompts);
    Workload asked =
        JobWorkload.of(
            spec,
            settings.startingModel(),
            JobWorkload.longest(lesson.data().rows(), prompts.maker(spec)),
            settings.rendezvous().size(),
            completion);
    Rates rates = Probe.measure(asked);
    long runtime = MachineMemory.runtime();
    long kept = JobWorkload.activationBytes(spec, asked, runtime, settings.processesPerNode());
    return new StepProfile(asked.keeping(kept), kept, runtime, rates);
  }

  /** Tokens of the first row's answer stand for those of all. */
  private static int answer(Lesson lesson, Prompts prompts) {
    return Math.max(1, prompts.tokenizer().encode(lesson.data().rows().get(0).solution()).length);
  }

  /** Bytes that a pass's activations may take. */
  long activationBytes() {
    return activationBytes;
  }

  /** The plan's lines; memory is watched from now on. */
  List<String> begin() {
    MachineMemory.resetPeak();
    return PlanTable.lines(plan(work));
  }

  private Plan plan(Workload of) {
    return Plan.of(of, rates, runtime);
  }

  /** Adds to a step's metrics. */
  void add(Map<String, Double> metrics, double tokens) {
    double step = metrics.getOrDefault("step_time", 0.0);
    double mean = metrics.getOrDefault("completions/mean_length", (double) completion());
    length += mean;
    longest =
        (int)
            Math.max(
                longest, metrics.getOrDefault("completions/max_length", (double) completion()));
    seconds.add(step);
    if (step > 0) {
      metrics.put("tokens_per_second", tokens / step);
      metrics.put("mfu", flops(lasting(mean)) / step / rates.products());
      metrics.put("idle", waited(metrics) / step);
    }
    metrics.put("memory/resident_mib", MachineMemory.resident() / MIB);
    metrics.put("memory/peak_mib", MachineMemory.peak() / MIB);
    metrics.put("threads", (double) MachineMemory.threads());
  }

  private int completion() {
    return work.batch().completion();
  }

  /** Model operations of a step: nothing that is computed again. */
  private static double flops(Workload work) {
    double rollout =
        work.method().sampled() ? Flops.rollout(work).all() / work.method().iterations() : 0;
    return work.batch().passes() * (rollout + Flops.update(work).all());
  }

  private Workload lasting(double tokens) {
    return work.completion((int) Math.max(1, Math.round(tokens)));
  }

  /** Seconds in which the computing thread had nothing to compute. */
  private static double waited(Map<String, Double> metrics) {
    return Stream.of("data", "rewards", "exchange")
        .mapToDouble(phase -> metrics.getOrDefault(PhaseClock.PREFIX + phase, 0.0))
        .sum();
  }

  /** The most so far beside what was planned. */
  Progress.Memory memory() {
    return new Progress.Memory(MachineMemory.peak(), plan(work).memory().peak());
  }

  /** Once, after some steps: plan and measurement, both for completions as long as they were. */
  Optional<String> comparison(boolean last) {
    int steps = seconds.size();
    if (steps != COMPARED && !(last && steps < COMPARED)) {
      return Optional.empty();
    }
    double median = seconds.stream().sorted().toList().get(steps / 2);
    Plan asLong = plan(lasting(length / steps));
    Plan asLarge = plan(lasting(longest));
    return Optional.of(
        PlanTable.measured(
            new Plan(work, asLarge.memory(), asLong.time()), MachineMemory.peak(), median));
  }
}
