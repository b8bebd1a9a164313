package io.vlmr1.model;

import io.vlmr1.nn.Heads;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.Slot.Part;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a config.json says a model is made of: names and shapes, no weights.
 *
 * @param kind of its family
 * @param language the language model's sizes
 * @param vision the vision tower's sizes
 * @param vocabularySize rows of the embedding
 * @param maxPositions longest sequence
 * @param visionNames beginnings of the hub names on the vision side
 * @param slots every weight
 */
public record Blueprint(
    ModelFamily.Kind kind,
    Sizes language,
    Sizes vision,
    int vocabularySize,
    int maxPositions,
    List<String> visionNames,
    List<Slot> slots) {
  public Blueprint {
    visionNames = List.copyOf(visionNames);
    slots = List.copyOf(slots);
  }

  /**
   * Sizes of a stack of blocks.
   *
   * @param layers how many
   * @param hidden width
   * @param intermediate width of the feed-forward part
   * @param shape heads
   */
  public record Sizes(int layers, int hidden, int intermediate, Heads.Shape shape) {}

  /** Every tensor by its hub name. */
  public List<Part> parts() {
    return slots.stream().flatMap(slot -> slot.parts().stream()).toList();
  }

  /** Whether a hub name is on the vision side, projector included. */
  public boolean isVision(String name) {
    return visionNames.stream().anyMatch(name::startsWith);
  }

  /** Numbers in all tensors that are asked for by name. */
  public long parameters(Predicate<String> names) {
    return parts().stream()
        .filter(part -> names.test(part.name()))
        .mapToLong(part -> Arrays.stream(part.shape()).reduce(1, Math::multiplyExact))
        .sum();
  }

  /** Numbers of a low-rank pair on each linear layer of the language model's blocks. */
  public long pairs(int rank) {
    return parts().stream()
        .filter(part -> part.name().contains(".layers.") && !isVision(part.name()))
        .filter(part -> part.shape().length == 2)
        .mapToLong(part -> rank * (part.shape()[0] + part.shape()[1]))
        .sum();
  }
}
