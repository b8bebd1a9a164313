package io.vlmr1.model;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.model.WeightNames.Region;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.Slot.Part;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which linear layers get a pair.
 *
 * @param endings ends of module names, as peft compares them; `all-linear`, or none at all: every
 *     linear layer outside the vision tower, the output projection too, as VLM-R1 picks them
 * @param pattern a regular expression that a whole module name matches, in place of endings
 */
public record AdapterTargets(List<String> endings, @Nullable String pattern) {
  private static final String ALL = "all-linear";
  private static final String FIELD = "spec.adapter.targetModules";

  public AdapterTargets {
    endings = List.copyOf(endings);
  }

  /** The matrices of a model's linear layers, that of a tied output projection too. */
  static List<Part> linear(List<Slot> slots, WeightNames names) {
    List<Part> all = slots.stream().flatMap(slot -> slot.parts().stream()).toList();
    List<Part> linear = new ArrayList<>(all.stream().filter(names::linear).toList());
    if (all.stream().noneMatch(part -> part.name().equals(names.head()))) {
      all.stream()
          .filter(part -> part.name().equals(names.embedding()))
          .forEach(embedding -> linear.add(new Part(names.head(), embedding.shape())));
    }
    return linear;
  }

  /**
   * Those that are asked for.
   *
   * @throws VlmR1Exception BAD_SPEC for an ending or pattern that no layer has, naming known ones
   */
  List<Part> of(List<Part> linear, WeightNames names) {
    if (pattern != null) {
      Pattern whole = compiled(pattern);
      return some(
          linear.stream().filter(part -> matches(part, names, whole)).toList(),
          "spec.adapter.targetPattern: \"" + pattern + "\" matches",
          linear,
          names);
    }
    if (endings.isEmpty() || endings.equals(List.of(ALL))) {
      return linear.stream().filter(part -> names.region(part.name()) != Region.VISION).toList();
    }
    Set<Part> chosen = new LinkedHashSet<>();
    for (String ending : endings) {
      chosen.addAll(
          some(
              linear.stream().filter(part -> ends(part, names, ending)).toList(),
              FIELD + ": \"" + ending + "\" names",
              linear,
              names));
    }
    return linear.stream().filter(chosen::contains).toList();
  }

  private static Pattern compiled(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          "spec.adapter.targetPattern: \""
              + pattern
              + "\" is no regular expression: "
              + e.getDescription(),
          e);
    }
  }

  private static List<Part> some(
      List<Part> chosen, String what, List<Part> linear, WeightNames names) {
    if (chosen.isEmpty()) {
      Set<String> known = new TreeSet<>();
      linear.forEach(part -> known.add(last(names.module(part.name()))));
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          what
              + " no linear layer of the model; known endings: "
              + String.join(", ", known)
              + ", or "
              + ALL);
    }
    return chosen;
  }

  private static boolean matches(Part part, WeightNames names, Pattern whole) {
    return modules(part, names).anyMatch(module -> whole.matcher(module).matches());
  }

  private static boolean ends(Part part, WeightNames names, String ending) {
    return modules(part, names).anyMatch(module -> ends(module, ending));
  }

  private static boolean ends(String module, String ending) {
    return module.equals(ending) || module.endsWith("." + ending);
  }

  private static Stream<String> modules(Part part, WeightNames names) {
    return names.all(part.name()).stream()
        .map(name -> name.substring(0, Math.max(0, name.lastIndexOf('.'))));
  }

  private static String last(String module) {
    return module.substring(module.lastIndexOf('.') + 1);
  }

  /**
   * The fewest endings that take just these modules: what peft needs to find them again.
   *
   * @param modules that are adapted
   * @param all linear modules
   */
  static List<String> shortest(List<String> modules, List<String> all) {
    Set<String> adapted = Set.copyOf(modules);
    Set<String> endings = new TreeSet<>();
    for (String module : modules) {
      if (endings.stream().noneMatch(ending -> ends(module, ending))) {
        String ending = module;
        for (int dot = module.lastIndexOf('.'); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
          String shorter = module.substring(dot + 1);
          if (all.stream().filter(each -> ends(each, shorter)).allMatch(adapted::contains)) {
            ending = shorter;
            break;
          }
        }
        endings.add(ending);
      }
    }
    return List.copyOf(endings);
  }
}
