package io.vlmr1.cli.bench;

import io.vlmr1.plan.Flops;
import io.vlmr1.plan.Plan;
import io.vlmr1.plan.PlanTable;
import io.vlmr1.plan.Rates;
import io.vlmr1.plan.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bench found beside what the machine could have done: rates measured in the same run, and
 * what was planned.
 *
 * @param planned the workload's plan at these rates
 * @param rates of the machine
 * @param seconds of each run
 * @param phases seconds of the last run's phases
 * @param before resident bytes before the runs
 * @param peak the most in them
 */
record BenchReport(
    Plan planned,
    Rates rates,
    List<Double> seconds,
    Map<String, Double> phases,
    long before,
    long peak) {

  private Workload work() {
    return planned.work();
  }

  double median() {
    return seconds.stream().sorted().toList().get(seconds.size() / 2);
  }

  /** For programs; `settings` are told last. */
  Map<String, Object> toMap(String name, Map<String, Object> settings) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("work", name);
    result.put("seconds", seconds);
    result.put("seconds_median", median());
    result.put("completion_tokens_per_second", planned.completionTokens() / median());
    result.put("rss_before_bytes", before);
    result.put("peak_rss_bytes", peak);
    result.put("phases", phases);
    result.put("gemm_flops_per_second", rates.products());
    result.put("attention_flops_per_second", rates.attention());
    result.put("memory_bytes_per_second", rates.reading());
    putIfPresent(result, "update_flops", has("backward") ? Flops.update(work()).all() : null);
    putIfPresent(result, "update_utilisation", updateUtilisation());
    putIfPresent(result, "decode_bound", has("decode") ? decode().name() : null);
    putIfPresent(result, "decode_utilisation", decodeUtilisation());
    result.put("planned_peak_bytes", planned.memory().peak());
    result.put("planned_seconds", planned.time().seconds());
    result.put("planned", planned.toMap());
    result.putAll(settings);
    return result;
  }

  private static void putIfPresent(
      Map<String, Object> result, String name, @Nullable Object value) {
    if (value != null) {
      result.put(name, value);
    }
  }

  private boolean has(String phase) {
    return phases.containsKey(phase);
  }

  private double phase(String name) {
    return phases.getOrDefault(name, 0.0);
  }

  /** Operations that an update needs, by those that a product could have done in its time. */
  private @Nullable Double updateUtilisation() {
    double taken = phase("forward") + phase("backward");
    return taken == 0 ? null : (Double) (Flops.update(work()).all() / taken / rates.products());
  }

  /** The bound of decoding. */
  private record Bound(String name, double seconds) {}

  /** Weights read once a token, or products of all rows: whichever takes longer at best. */
  private Bound decode() {
    double tokens = work().batch().completion();
    double memory = tokens * work().model().decodedBytes(work()) / rates.reading();
    double gemm = Flops.decoding(work()).all() / rates.products();
    return memory >= gemm ? new Bound("memory", memory) : new Bound("gemm", gemm);
  }

  private @Nullable Double decodeUtilisation() {
    double taken = phase("decode");
    return taken == 0 ? null : (Double) (decode().seconds() / taken);
  }

  /** For people. */
  List<String> lines(String name) {
    List<String> lines = new ArrayList<>();
    lines.add(line("%s: median of %d runs", name, seconds.size()));
    lines.add(line("  %-28s %12.3f s", "one run", median()));
    phases.forEach((phase, taken) -> lines.add(line("    %-26s %12.3f s", phase, taken)));
    lines.add(line("  %-28s %12.1f", "completion tokens/s", planned.completionTokens() / median()));
    lines.add(line("  %-28s %12d MiB", "resident before", before >> 20));
    lines.add(line("  %-28s %12d MiB", "resident at most", peak >> 20));
    lines.add(line("  %-28s %12.1f GFLOP/s", "products alone", rates.products() / 1e9));
    lines.add(line("  %-28s %12.1f GB/s", "memory alone", rates.reading() / 1e9));
    Double update = updateUtilisation();
    if (update != null) {
      lines.add(line("  %-28s %12.1f %%", "update, of products alone", 100 * update));
    }
    Double decode = decodeUtilisation();
    if (decode != null) {
      lines.add(line("  %-28s %12.1f %%", "decoding, bound by " + decode().name(), 100 * decode));
    }
    lines.addAll(PlanTable.lines(planned));
    lines.add(PlanTable.measured(planned, peak, median()));
    return lines;
  }

  private static String line(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
