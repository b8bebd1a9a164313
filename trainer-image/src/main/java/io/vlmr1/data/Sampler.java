package io.vlmr1.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Which prompts each step and rank works on; a pure function, so that training resumes at any step
 * without history.
 *
 * <p>A chunk is what is rolled out together: distinct prompts, each completed `generations` times,
 * and used for `iterations` steps in a row. Completions lie rank by rank in equal shares. What is
 * left of an epoch and does not fill a chunk is dropped.
 *
 * @param rows of the data set
 * @param prompts distinct ones a chunk, over all ranks
 * @param generations completions a prompt
 * @param iterations steps that use the same chunk
 * @param seed of the order
 * @param shuffle whether rows come in drawn order, another one each epoch; else in their own
 */
public record Sampler(
    int rows, int prompts, int generations, int iterations, long seed, boolean shuffle) {

  /**
   * What of a prompt's completions falls to a rank.
   *
   * @param row of the data set
   * @param prompt its number in the chunk
   * @param first completion of the prompt that is this rank's
   * @param count how many are
   */
  public record Share(int row, int prompt, int first, int count) {}

  public Sampler {
    if (prompts < 1 || generations < 1 || iterations < 1) {
      throw new IllegalArgumentException("prompts, generations and iterations are at least 1");
    }
    if (rows < prompts) {
      throw new IllegalArgumentException(
          rows
              + " rows do not fill one step of "
              + prompts
              + " distinct prompts; add rows, or take fewer prompts a step");
    }
  }

  /** Steps until every chunk of an epoch was used. */
  public long stepsPerEpoch() {
    return (long) (rows / prompts) * iterations;
  }

  /** How many chunks a step has behind it: equal for the steps that use the same one. */
  public long chunk(long step) {
    return step / iterations;
  }

  /** The rows of a step's distinct prompts, in order. Steps count from 0. */
  public int[] rows(long step) {
    long chunksPerEpoch = rows / prompts;
    long epoch = chunk(step) / chunksPerEpoch;
    int first = (int) (chunk(step) % chunksPerEpoch) * prompts;
    Permutation order = new Permutation(rows, seed, epoch);
    int[] chosen = new int[prompts];
    for (int i = 0; i < prompts; i++) {
      chosen[i] = shuffle ? order.at(first + i) : first + i;
    }
    return chosen;
  }

  /**
   * The row that takes the place of a chunk's prompt in a round of refilling: drawn from the whole
   * data set apart from the epochs' order, so that the order of later chunks stays as it is.
   *
   * @param round counted from 1
   */
  public int refill(long chunk, int round, int prompt) {
    Permutation order = new Permutation(rows, ~seed, chunk);
    return order.at((int) (((long) (round - 1) * prompts + prompt) % rows));
  }

  /**
   * A rank's part of a step.
   *
   * @throws IllegalArgumentException when the chunk's completions do not divide among the ranks
   */
  public List<Share> shares(long step, int rank, int ranks) {
    long completions = (long) prompts * generations;
    if (completions % ranks != 0) {
      throw new IllegalArgumentException(
          completions + " completions a step do not divide among " + ranks + " ranks");
    }
    int[] chosen = rows(step);
    long at = completions / ranks * rank;
    long end = completions / ranks * (rank + 1);
    List<Share> shares = new ArrayList<>();
    while (at < end) {
      int prompt = (int) (at / generations);
      int first = (int) (at % generations);
      int count = (int) Math.min(generations - first, end - at);
      shares.add(new Share(chosen[prompt], prompt, first, count));
      at += count;
    }
    return shares;
  }
}
