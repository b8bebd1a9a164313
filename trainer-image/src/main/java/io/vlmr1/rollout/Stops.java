package io.vlmr1.rollout;

import java.util.List;
import java.util.Set;

/**
 * What ends a text besides the model's own end tokens.
 *
 * @param ids tokens that do
 * @param texts strings that do; they are no part of the text
 */
public record Stops(Set<Integer> ids, List<String> texts) {
  /** Nothing else. */
  public static final Stops NONE = new Stops(Set.of(), List.of());

  public Stops {
    ids = Set.copyOf(ids);
    texts = texts.stream().filter(text -> !text.isEmpty()).toList();
  }
}
