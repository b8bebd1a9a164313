package io.vlmr1.grpo;

import java.util.ArrayList;
import java.util.List;

/**
 * Dynamic sampling (Yu et al. 2025, DAPO): a group whose rewards are all equal teaches nothing, so
 * another prompt takes its place, for a bounded number of rounds. Every rank comes to the same
 * decision, because it sees the rewards of all.
 */
final class Refill {
  private final GrpoParts parts;
  private final Rollouts rollouts;

  Refill(GrpoParts parts, Rollouts rollouts) {
    this.parts = parts;
    this.rollouts = rollouts;
  }

  /** Makes completions. */
  interface Rollouts {
    /** Of these prompts of a chunk, in a round counted from 1. */
    List<Sampled> sample(List<PromptFeed.Prompt> prompts, long chunk, int round);
  }

  /**
   * Replaces what teaches nothing.
   *
   * @param sampled this rank's prompts; replaced ones are closed
   * @param first verdicts on them
   */
  Exploration.Outcome run(long chunk, List<Sampled> sampled, List<Judge.Verdict> first) {
    List<List<Judge.Verdict>> verdicts = byPrompt(sampled, first);
    Shared shared = Shared.exchange(parts.ranks(), sampled, flat(verdicts));
    int refilled = 0;
    for (int round = 1; round <= parts.spec().refillRounds(); round++) {
      boolean[] still =
          Advantages.still(shared.rewards(), parts.judge().weights(), parts.spec().generations());
      int groups = count(still);
      if (groups == 0) {
        break;
      }
      refilled += groups;
      replace(chunk, round, still, sampled, verdicts);
      shared = Shared.exchange(parts.ranks(), sampled, flat(verdicts));
    }
    return new Exploration.Outcome(flat(verdicts), shared, refilled);
  }

  private void replace(
      long chunk,
      int round,
      boolean[] still,
      List<Sampled> sampled,
      List<List<Judge.Verdict>> verdicts) {
    List<Integer> places = new ArrayList<>();
    List<PromptFeed.Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < sampled.size(); i++) {
      PromptFeed.Prompt old = sampled.get(i).prompt();
      if (still[old.share().prompt()]) {
        int row = parts.sampler().refill(chunk, round, old.share().prompt());
        places.add(i);
        prompts.add(parts.feed().instead(old.share(), row));
        old.close();
      }
    }
    for (int from = 0; from < prompts.size(); from += parts.promptsPerMicroBatch()) {
      int to = Math.min(prompts.size(), from + parts.promptsPerMicroBatch());
      List<Sampled> fresh = rollouts.sample(prompts.subList(from, to), chunk, round);
      List<List<Judge.Verdict>> judged = byPrompt(fresh, parts.judge().judge(fresh));
      for (int i = from; i < to; i++) {
        sampled.set(places.get(i), fresh.get(i - from));
        verdicts.set(places.get(i), judged.get(i - from));
      }
    }
  }

  private static List<List<Judge.Verdict>> byPrompt(
      List<Sampled> sampled, List<Judge.Verdict> verdicts) {
    List<List<Judge.Verdict>> parted = new ArrayList<>();
    int from = 0;
    for (Sampled group : sampled) {
      parted.add(verdicts.subList(from, from + group.completions().size()));
      from += group.completions().size();
    }
    return parted;
  }

  private static List<Judge.Verdict> flat(List<List<Judge.Verdict>> verdicts) {
    return verdicts.stream().flatMap(List::stream).toList();
  }

  private static int count(boolean[] still) {
    int count = 0;
    for (boolean one : still) {
      count += one ? 1 : 0;
    }
    return count;
  }
}
