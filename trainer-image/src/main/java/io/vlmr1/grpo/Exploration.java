package io.vlmr1.grpo;

import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.data.Sampler;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.plan.PhaseClock;
import io.vlmr1.rollout.Draws;
import io.vlmr1.rollout.Generated;
import io.vlmr1.rollout.Rollout;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Rolls out a chunk of prompts and has it judged: one micro-batch is rewarded on another thread
 * while the next one is sampled.
 */
final class Exploration {
  private final GrpoParts parts;
  private final Rollout rollout;
  private final Executor background;
  private final PhaseClock clock;

  Exploration(GrpoParts parts, Executor background, PhaseClock clock) {
    this.parts = parts;
    this.clock = clock;
    this.rollout =
        new Rollout(
            parts.model(), parts.spec().sampling(), parts.spec().maxCompletionTokens(), clock);
    this.background = background;
  }

  /** Completions, verdicts and advantages of the chunk that a step (counted from 0) works on. */
  Experience explore(long step) {
    long chunk = parts.sampler().chunk(step);
    List<List<Sampled>> micro = new ArrayList<>();
    List<CompletableFuture<List<Judge.Verdict>>> judging = new ArrayList<>();
    List<PromptFeed.Prompt> taken = clock.time("data", () -> parts.feed().take(step));
    for (List<PromptFeed.Prompt> prompts : micro(taken)) {
      List<Sampled> sampled = sample(prompts, chunk, 0);
      judging.add(CompletableFuture.supplyAsync(() -> parts.judge().judge(sampled), background));
      micro.add(sampled);
    }
    if (parts.spec().refillRounds() == 0) {
      List<MicroBatch> batches = scored(micro); // while the last rewards are counted
      List<Judge.Verdict> verdicts = clock.time("rewards", () -> join(judging));
      Shared shared =
          clock.time("exchange", () -> Shared.exchange(parts.ranks(), flat(micro), verdicts));
      return experience(chunk, batches, new Outcome(verdicts, shared, 0));
    }
    List<Sampled> sampled = new ArrayList<>(flat(micro));
    List<Judge.Verdict> verdicts = clock.time("rewards", () -> join(judging));
    Outcome outcome = new Refill(parts, this::sample).run(chunk, sampled, verdicts);
    List<List<Sampled>> refilled = new ArrayList<>();
    int from = 0;
    for (List<Sampled> batch : micro) {
      refilled.add(List.copyOf(sampled.subList(from, from + batch.size())));
      from += batch.size();
    }
    return experience(chunk, scored(refilled), outcome);
  }

  /**
   * What was said of all completions.
   *
   * @param verdicts on this rank's
   * @param shared of all ranks'
   * @param refilled how often a group was replaced because its rewards were equal
   */
  record Outcome(List<Judge.Verdict> verdicts, Shared shared, int refilled) {}

  private Experience experience(long chunk, List<MicroBatch> batches, Outcome outcome) {
    GrpoSpec spec = parts.spec();
    Shared shared = outcome.shared();
    Advantages advantages =
        Advantages.of(
            shared.rewards(), parts.judge().weights(), spec.generations(), spec.scaleRewards());
    boolean[] masked =
        spec.maskTruncatedCompletions() ? shared.truncated() : new boolean[shared.lengths().length];
    return new Experience(chunk, batches, outcome, advantages, masked);
  }

  private static List<Sampled> flat(List<List<Sampled>> micro) {
    return micro.stream().flatMap(List::stream).toList();
  }

  /** The prompts in parts that are computed on together. */
  private List<List<PromptFeed.Prompt>> micro(List<PromptFeed.Prompt> prompts) {
    List<List<PromptFeed.Prompt>> parted = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += parts.promptsPerMicroBatch()) {
      int to = Math.min(prompts.size(), from + parts.promptsPerMicroBatch());
      parted.add(prompts.subList(from, to));
    }
    return parted;
  }

  /** Prompts of which this rank makes equally many completions are decoded together. */
  private List<Sampled> sample(List<PromptFeed.Prompt> prompts, long chunk, int round) {
    List<Sampled> sampled = new ArrayList<>();
    for (int from = 0, to; from < prompts.size(); from = to) {
      int count = prompts.get(from).share().count();
      to = from + 1;
      while (to < prompts.size() && prompts.get(to).share().count() == count) {
        to++;
      }
      List<PromptFeed.Prompt> together = prompts.subList(from, to);
      List<PreparedPrompt> prepared = together.stream().map(PromptFeed.Prompt::prepared).toList();
      List<Generated> generated = rollout.generate(prepared, count, draws(together, chunk, round));
      for (int i = 0; i < together.size(); i++) {
        sampled.add(new Sampled(together.get(i), generated.subList(i * count, (i + 1) * count)));
      }
    }
    return sampled;
  }

  /** Other numbers in each round of a refill. */
  private Draws draws(List<PromptFeed.Prompt> prompts, long chunk, int round) {
    int before = round * parts.sampler().prompts();
    List<Draws.Place> places = new ArrayList<>();
    for (PromptFeed.Prompt prompt : prompts) {
      Sampler.Share share = prompt.share();
      places.add(new Draws.Place(before + share.prompt(), share.first()));
    }
    return new Draws(parts.sampler().seed(), chunk, places);
  }

  private List<MicroBatch> scored(List<List<Sampled>> micro) {
    List<MicroBatch> batches = new ArrayList<>();
    int first = 0;
    for (List<Sampled> sampled : micro) {
      MicroBatch batch = scored(sampled, first);
      batches.add(batch);
      first += batch.completions();
    }
    return batches;
  }

  /** With the log-probabilities that stay the same over the iterations. */
  private MicroBatch scored(List<Sampled> sampled, int first) {
    Pack pack = new Pack(sampled.stream().map(Sampled::group).toList());
    boolean reused = parts.spec().iterations() > 1;
    return new MicroBatch(
        sampled,
        first,
        reused ? clock.time("score", () -> score(parts.model(), pack)) : null,
        parts.spec().beta() == 0
            ? null
            : clock.time("score", () -> score(parts.reference(), pack)));
  }

  private float[] score(@Nullable VisionLanguageModel model, Pack pack) {
    if (model == null) {
      throw new IllegalStateException("spec.grpo.beta is not 0 and there is no reference model");
    }
    try (ForwardPass pass = model.forward(pack, parts.temperature(), ForwardPass.Keep.NOTHING)) {
      return Tensors.toFloats(pass.logProbabilities());
    }
  }

  private static List<Judge.Verdict> join(List<CompletableFuture<List<Judge.Verdict>>> judging) {
    try {
      return judging.stream().flatMap(future -> future.join().stream()).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
