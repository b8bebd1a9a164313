package io.vlmr1.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan as lines for people. */
public final class PlanTable {
  private PlanTable() {}

  /** Memory and time part by part. */
  public static List<String> lines(Plan plan) {
    MemoryPlan memory = plan.memory();
    List<String> lines = new ArrayList<>();
    lines.add(title("memory of a process", "MiB"));
    lines.add(bytes("runtime", memory.runtime()));
    lines.add(bytes("weights", memory.weights()));
    lines.add(bytes("gradients", memory.gradients()));
    lines.add(bytes("optimizer", memory.optimizer()));
    lines.add(bytes("pictures", memory.pictures()));
    if (!memory.rollout().isEmpty()) {
      lines.add(bytes("rollout", memory.rollingOut()));
      parts(memory.rollout(), lines);
    }
    lines.add(bytes("update", memory.updating()));
    parts(memory.update(), lines);
    boolean rollout = memory.rollingOut() > memory.updating();
    lines.add(bytes("peak, in the " + (rollout ? "rollout" : "update"), memory.peak()));
    lines.add(title("time of a step", "s"));
    plan.time().phases().forEach((phase, seconds) -> lines.add(seconds(phase, seconds)));
    lines.add(seconds("step", plan.time().seconds()));
    return lines;
  }

  /** What else could be set, a line each. */
  public static List<String> lines(List<Alternatives.Alternative> alternatives, long limit) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format("%-62s %8s %8s  %s", "settings", "MiB", "s", "fits into " + mib(limit) + " MiB"));
    for (Alternatives.Alternative each : alternatives) {
      lines.add(
          format(
              "  %-60s %8d %8.2f  %s",
              each.settings(),
              mib(each.plan().memory().peak()),
              each.plan().time().seconds(),
              (each.fits() ? "yes" : "no") + (each.exact() ? "" : ", learns something else")));
    }
    return lines;
  }

  /** What came of a plan. */
  public static String measured(Plan plan, long peak, double seconds) {
    long predicted = plan.memory().peak();
    return format(
        "measured: peak %d MiB (planned %d, %+.0f %%), step %.2f s (planned %.2f, %+.0f %%)",
        mib(peak),
        mib(predicted),
        100.0 * (predicted - peak) / peak,
        seconds,
        plan.time().seconds(),
        100 * (plan.time().seconds() / seconds - 1));
  }

  private static void parts(Map<String, Long> parts, List<String> lines) {
    parts.forEach((name, bytes) -> lines.add(bytes("  " + name, bytes)));
  }

  private static String title(String name, String unit) {
    return format("%-34s %10s", name, unit);
  }

  private static String bytes(String name, long bytes) {
    return format("  %-32s %10d", name, mib(bytes));
  }

  private static String seconds(String name, double seconds) {
    return format("  %-32s %10.3f", name, seconds);
  }

  private static long mib(long bytes) {
    return Math.round(bytes / (double) (1 << 20));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
