package io.vlmr1.model;

import java.util.List;

/**
 * What one forward pass runs over: groups laid end to end, each prompt once and its completions
 * behind it.
 *
 * @param groups prompts of any length with any number of completions
 */
public record Pack(List<Group> groups) {
  public Pack {
    groups = List.copyOf(groups);
  }

  /**
   * A prompt and its completions.
   *
   * @param prompt the shared prompt, computed once
   * @param completions token ids of each completion, end token included; a completion may be empty
   */
  public record Group(PreparedPrompt prompt, List<int[]> completions) {
    public Group {
      completions = List.copyOf(completions);
    }
  }

  /** Completion tokens of all groups: the length of {@link ForwardPass#logProbabilities()}. */
  public int completionTokens() {
    return groups.stream()
        .flatMap(group -> group.completions().stream())
        .mapToInt(completion -> completion.length)
        .sum();
  }
}
