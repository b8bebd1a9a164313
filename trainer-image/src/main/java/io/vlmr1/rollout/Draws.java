package io.vlmr1.rollout;

import io.vlmr1.tensor.RandomStream;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a rollout stands in a training: its uniform numbers depend on nothing else.
 *
 * @param seed of the training
 * @param step of the training
 * @param places of the prompts that are rolled out, in order
 */
public record Draws(long seed, long step, List<Place> places) {
  public Draws {
    places = List.copyOf(places);
  }

  /**
   * Where a prompt's completions stand in the step.
   *
   * @param prompt its index among the prompts of all ranks
   * @param firstCompletion index of the first one to be made among its completions of all ranks
   */
  public record Place(int prompt, int firstCompletion) {}

  /** Prompts one after the other from the first of a step. */
  public static Draws inOrder(long seed, long step, int prompts) {
    return new Draws(
        seed, step, IntStream.range(0, prompts).mapToObj(i -> new Place(i, 0)).toList());
  }

  /** The number that decides on a token. */
  double uniform(int prompt, int completion, int position) {
    Place place = places.get(prompt);
    return RandomStream.uniform(
        seed, step, place.prompt(), place.firstCompletion() + completion, position);
  }
}
