package io.vlmr1.reward.accuracy;

import io.vlmr1.data.Row;
import io.vlmr1.reward.remote.ChatJudge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Every method of `accuracy`. */
public final class AccuracyMethods {
  private static final Set<String> NAMES = Set.copyOf(all(Optional.empty()).keySet());

  private final Map<String, AccuracyMethod> methods;

  AccuracyMethods(Optional<ChatJudge> judge) {
    this.methods = all(judge);
  }

  private static Map<String, AccuracyMethod> all(Optional<ChatJudge> judge) {
    List<AccuracyMethod> all =
        new ArrayList<>(
            List.of(
                new DefaultMethod(),
                new ChoiceMethod(),
                new YesNoMethod(),
                new MathMethods.AllMatch(),
                new MathMethods.Spelled(),
                new MathMethods.Understood(),
                new JudgeMethod(judge)));
    all.addAll(BoxMethod.all());
    Map<String, AccuracyMethod> methods = new TreeMap<>();
    all.forEach(method -> methods.put(method.name(), method));
    return methods;
  }

  /** Names that rows and data sets may use. */
  public static Set<String> names() {
    return NAMES;
  }

  Optional<AccuracyMethod> find(String name) {
    return Optional.ofNullable(methods.get(name));
  }

  /** What is wrong with the method that a row names; empty when it is known. */
  public static Optional<String> unknown(Row row) {
    return unknown(row.rewardMethod());
  }

  static Optional<String> unknown(String method) {
    return NAMES.contains(method)
        ? Optional.empty()
        : Optional.of(
            "unknown reward method \""
                + method
                + "\"; use one of "
                + NAMES.stream().sorted().toList());
  }
}
