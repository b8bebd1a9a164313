package io.vlmr1.model;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.Slot.Part;
import io.vlmr1.nn.Tuning;
import io.vlmr1.weights.AdapterConfig;
import io.vlmr1.weights.AdapterFolder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What of a model trains, as a job or an adapter's folder says: all but what is frozen, or pairs.
 */
public final class ModelTuning {
  private ModelTuning() {}

  /**
   * The weights, but for those that are frozen.
   *
   * <p>The tuning throws VlmR1Exception (BAD_SPEC) for patterns that take nothing, or all.
   */
  public static Function<WeightNames, Tuning> weights(Freeze freeze) {
    return names ->
        slots -> {
          Set<String> trained = all(slots);
          trained.removeAll(freeze.of(slots, names));
          requireSome(trained.isEmpty());
          return new Tuning.Tuned(trained, null);
        };
  }

  /**
   * The pairs of a new adapter, none of them beside what is frozen.
   *
   * <p>The tuning throws VlmR1Exception (BAD_SPEC) for targets that no layer has.
   */
  public static Function<WeightNames, Tuning> newAdapter(
      AdapterConfig config, AdapterTargets targets, Freeze freeze) {
    return names ->
        slots -> {
          Set<String> frozen = freeze.of(slots, names);
          Set<String> whole = whole(config, slots, names);
          whole.removeAll(frozen);
          List<Tuning.Pair> pairs = new ArrayList<>();
          for (Part part : targets.of(AdapterTargets.linear(slots, names), names)) {
            if (!frozen.contains(part.name()) && !whole.contains(part.name())) {
              pairs.add(pair(config, part, config.rank(), names));
            }
          }
          requireSome(pairs.isEmpty());
          return new Tuning.Tuned(whole, new Tuning.Pairs(pairs, config.dropout()));
        };
  }

  /**
   * The pairs of an adapter that is there.
   *
   * <p>The tuning throws VlmR1Exception (BAD_MODEL) when it is of another model.
   *
   * @param dropout in place of the folder's
   */
  public static Function<WeightNames, Tuning> existing(AdapterFolder folder, double dropout) {
    return names ->
        slots -> {
          List<Tuning.Pair> pairs = new ArrayList<>();
          Map<String, Integer> ranks = folder.ranks();
          Set<String> unknown = new TreeSet<>(ranks.keySet());
          for (Part part : AdapterTargets.linear(slots, names)) {
            Optional<String> module = found(ranks.keySet(), part.name(), names);
            if (module.isPresent()) {
              unknown.remove(module.get());
              int rank = ranks.getOrDefault(module.get(), 0); // it is one of the keys
              pairs.add(pair(folder.config(), part, rank, names));
            }
          }
          if (!unknown.isEmpty()) {
            throw folder.bad("the model has no linear layer " + unknown.iterator().next());
          }
          Set<String> whole = whole(folder.config(), slots, names);
          return new Tuning.Tuned(whole, new Tuning.Pairs(pairs, dropout));
        };
  }

  /** The name under which an adapter's files have a weight's module, of those that it may have. */
  static Optional<String> found(Set<String> modules, String hub, WeightNames names) {
    return names.all(hub).stream()
        .map(name -> name.substring(0, Math.max(0, name.lastIndexOf('.'))))
        .filter(modules::contains)
        .findFirst();
  }

  private static Tuning.Pair pair(AdapterConfig config, Part part, int rank, WeightNames names) {
    String module = names.module(part.name());
    return new Tuning.Pair(part, AdapterFolder.PREFIX + module, rank, config.scale(module, rank));
  }

  private static Set<String> all(List<Slot> slots) {
    return slots.stream()
        .flatMap(slot -> slot.parts().stream())
        .map(Part::name)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static Set<String> whole(AdapterConfig config, List<Slot> slots, WeightNames names) {
    Set<String> all = all(slots);
    for (String ending : config.modulesToSave()) {
      if (all.stream().noneMatch(name -> names.module(name).endsWith(ending))) {
        String tied = names.module(names.head()).endsWith(ending) ? " (it is tied)" : "";
        throw new VlmR1Exception(
            ExitCode.BAD_SPEC,
            "spec.adapter.modulesToSave: \""
                + ending
                + "\" is no module with weights of its own"
                + tied
                + "; known endings: "
                + String.join(", ", endings(all, names)));
      }
    }
    boolean tied = !all.contains(names.head());
    all.removeIf(name -> !config.saves(names.module(name)));
    if (tied && all.contains(names.embedding())) {
      // peft would train the embedding apart from the output projection
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          "spec.adapter.modulesToSave: the embedding is tied to the output projection, which is not supported yet; leave "
              + names.module(names.embedding())
              + " out");
    }
    return all;
  }

  private static Set<String> endings(Set<String> all, WeightNames names) {
    Set<String> known = new TreeSet<>();
    for (String name : all) {
      String module = names.module(name);
      known.add(module.substring(module.lastIndexOf('.') + 1));
    }
    known.removeIf(ending -> ending.matches("[0-9]+"));
    return known;
  }

  private static void requireSome(boolean nothing) {
    if (nothing) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          "spec.model.freeze: nothing is left that trains; freeze less, or evaluate the model as it is");
    }
  }
}
