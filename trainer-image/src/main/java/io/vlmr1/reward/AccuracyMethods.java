package io.vlmr1.reward;

import io.vlmr1.data.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Every method of `accuracy`. */
public final class AccuracyMethods {
  private static final Map<String, AccuracyMethod> METHODS = new TreeMap<>();

  static {
    List.of(new DefaultMethod(), new ChoiceMethod(), new YesNoMethod())
        .forEach(method -> METHODS.put(method.name(), method));
  }

  private AccuracyMethods() {}

  /** Names that rows and data sets may use, in alphabetical order. */
  public static Set<String> names() {
    return Set.copyOf(METHODS.keySet());
  }

  static Optional<AccuracyMethod> find(String name) {
    return Optional.ofNullable(METHODS.get(name));
  }

  /** What is wrong with the method that a row names; empty when it is known. */
  static Optional<String> unknown(Row row) {
    return METHODS.containsKey(row.rewardMethod())
        ? Optional.empty()
        : Optional.of(
            "unknown reward method \"" + row.rewardMethod() + "\"; use one of " + METHODS.keySet());
  }
}
