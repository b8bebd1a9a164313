package io.vlmr1.model;

import io.vlmr1.nn.Adapter;
import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Parameters.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many of a model's numbers train, in all and by its top modules.
 *
 * @param trainable numbers that train
 * @param all numbers of model and adapter
 * @param modules the same by the first part of the hub's names; an adapter's pairs are `adapter`
 */
public record TrainableSummary(long trainable, long all, Map<String, Count> modules) {

  /** Of one module. */
  public record Count(long trainable, long all) {
    private Count plus(long more, boolean trains) {
      return new Count(trainable + (trains ? more : 0), all + more);
    }
  }

  /** Counts. */
  public static TrainableSummary of(Parameters parameters) {
    Map<String, Count> modules = new LinkedHashMap<>();
    parameters.all().forEach(each -> add(modules, each.name().split("\\.", 2)[0], each));
    Adapter adapter = parameters.adapter();
    if (adapter != null) {
      adapter.tensors().forEach(each -> add(modules, "adapter", each));
    }
    long trainable = modules.values().stream().mapToLong(Count::trainable).sum();
    long all = modules.values().stream().mapToLong(Count::all).sum();
    return new TrainableSummary(trainable, all, modules);
  }

  private static void add(Map<String, Count> modules, String module, Parameter parameter) {
    Count before = modules.getOrDefault(module, new Count(0, 0));
    modules.put(module, before.plus(parameter.value().numel(), parameter.trainable()));
  }

  /** A line in all and one a module. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("trainable parameters: " + words(trainable, all));
    modules.forEach(
        (name, count) -> lines.add("  " + name + ": " + words(count.trainable(), count.all())));
    return lines;
  }

  private static String words(long trainable, long all) {
    return String.format(
        Locale.ROOT, "%,d of %,d (%.2f %%)", trainable, all, 100.0 * trainable / Math.max(1, all));
  }
}
