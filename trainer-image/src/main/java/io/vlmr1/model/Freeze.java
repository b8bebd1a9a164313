package io.vlmr1.model;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.Slot.Part;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which weights do not train: `vision` and `language` for those regions, else patterns of names in
 * which * stands for any characters and ? for one; a pattern also takes what is below it.
 *
 * @param patterns of spec.model.freeze
 */
public record Freeze(List<String> patterns) {
  public Freeze {
    patterns = List.copyOf(patterns);
  }

  /**
   * Hub names of the weights that are frozen.
   *
   * @throws VlmR1Exception BAD_SPEC for a pattern that takes nothing, naming what there is
   */
  Set<String> of(List<Slot> slots, WeightNames names) {
    List<String> hub =
        slots.stream().flatMap(slot -> slot.parts().stream()).map(Part::name).toList();
    Set<String> frozen = new HashSet<>();
    for (String pattern : patterns) {
      List<String> taken = hub.stream().filter(name -> takes(pattern, name, names)).toList();
      if (taken.isEmpty()) {
        throw new VlmR1Exception(
            ExitCode.BAD_SPEC,
            "spec.model.freeze: \""
                + pattern
                + "\" takes no weight of the model; write vision, language, or a pattern of names such as "
                + examples(hub));
      }
      frozen.addAll(taken);
    }
    return frozen;
  }

  private static boolean takes(String pattern, String hub, WeightNames names) {
    String region = names.region(hub).name().toLowerCase(Locale.ROOT);
    if (pattern.equals("vision") || pattern.equals("language")) {
      return pattern.equals(region);
    }
    String expression =
        pattern
            .chars()
            .mapToObj(
                c ->
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    })
            .collect(Collectors.joining());
    Pattern whole = Pattern.compile(expression + "(\\..*)?");
    return whole.matcher(hub).matches()
        || names.all(hub).stream().anyMatch(name -> whole.matcher(name).matches());
  }

  private static String examples(List<String> hub) {
    return hub.stream()
        .map(name -> name.replaceAll("\\.[0-9]+\\..*|\\.[^.]*$", ".*"))
        .distinct()
        .sorted()
        .limit(8)
        .collect(Collectors.joining(", "));
  }
}
