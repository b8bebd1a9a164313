package io.vlmr1.rollout;

import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.model.DecodeSession;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.plan.PhaseClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * Samples completions: prompts are prefilled once, their groups decoded together; rows leave as
 * they finish.
 */
public final class Rollout {
  private final VisionLanguageModel model;
  private final SamplingSpec sampling;
  private final Sampler sampler;
  private final int maxNewTokens;
  private final PhaseClock clock;

  /**
   * A rollout of this model.
   *
   * @param maxNewTokens a completion is cut off at this length, end token included
   */
  public Rollout(VisionLanguageModel model, SamplingSpec sampling, int maxNewTokens) {
    this(model, sampling, maxNewTokens, new PhaseClock());
  }

  /** A rollout that tells a clock of its phases, prefill and decode. */
  public Rollout(
      VisionLanguageModel model, SamplingSpec sampling, int maxNewTokens, PhaseClock clock) {
    this.clock = clock;
    this.model = model;
    this.sampling = sampling;
    this.sampler = new Sampler(sampling, model.facts().neverSampled());
    this.maxNewTokens = maxNewTokens;
  }

  /** Completions of each prompt, prompt by prompt: [prompts * perPrompt]. */
  public List<Generated> generate(List<PreparedPrompt> prompts, int perPrompt, Draws draws) {
    return generate(prompts, perPrompt, draws, (row, token) -> false);
  }

  /** Looks on while completions are made. */
  public interface Onlooker {
    /**
     * Hears a token that is no end token.
     *
     * @param row index of the completion
     * @return whether the completion ends with it
     */
    boolean stops(int row, int token);
  }

  /** As {@link #generate(List, int, Draws)}, with somebody who may end completions. */
  public List<Generated> generate(
      List<PreparedPrompt> prompts, int perPrompt, Draws draws, Onlooker onlooker) {
    List<Row> rows = new ArrayList<>();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      for (int completion = 0; completion < perPrompt; completion++) {
        Row row = new Row(prompt, completion, maxNewTokens, seen(prompts.get(prompt)));
        row.index = rows.size();
        rows.add(row);
      }
    }
    try (DecodeSession session =
        clock.time("prefill", () -> model.decode(prompts, perPrompt, maxNewTokens))) {
      clock.run("decode", () -> decode(session, rows, draws, onlooker));
    }
    return rows.stream().map(Row::generated).toList();
  }

  private void decode(DecodeSession session, List<Row> rows, Draws draws, Onlooker onlooker) {
    Set<Integer> endTokens = model.facts().endTokens();
    List<Row> live = rows;
    for (int position = 0; position < maxNewTokens; position++) {
      int[] tokens = sample(session, live, draws, position);
      int[] going = new int[live.size()];
      int count = 0;
      for (int r = 0; r < tokens.length; r++) {
        Row row = live.get(r);
        if (!row.append(tokens[r], endTokens) && !row.stop(onlooker.stops(row.index, tokens[r]))) {
          going[count++] = r;
        }
      }
      if (count == 0 || position + 1 == maxNewTokens) {
        return;
      }
      if (count < tokens.length) {
        int[] kept = Arrays.copyOf(going, count);
        session.retain(kept);
        live = Arrays.stream(kept).mapToObj(live::get).toList();
        tokens = select(tokens, kept);
      }
      session.advance(tokens);
    }
  }

  private static int[] select(int[] values, int[] indices) {
    int[] selected = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      selected[i] = values[indices[i]];
    }
    return selected;
  }

  private int[] sample(DecodeSession session, List<Row> live, Draws draws, int position) {
    double[] uniforms = new double[live.size()];
    List<BitSet> seen = new ArrayList<>(live.size());
    for (int r = 0; r < uniforms.length; r++) {
      Row row = live.get(r);
      uniforms[r] = draws.uniform(row.prompt, row.completion, position);
      seen.add(row.seen);
    }
    return sampler.sample(session.logits(), seen, uniforms);
  }

  private BitSet seen(PreparedPrompt prompt) {
    BitSet seen = new BitSet();
    if (sampling.repetitionPenalty() != 1) {
      Arrays.stream(prompt.ids()).forEach(seen::set);
    }
    return seen;
  }

  /** A completion in the making. */
  private static final class Row {
    private final int prompt;
    private final int completion;
    private final int[] ids;
    private final BitSet seen;
    private int index;
    private int length;
    private boolean ended;
    private boolean stopped;

    Row(int prompt, int completion, int maxNewTokens, BitSet seen) {
      this.prompt = prompt;
      this.completion = completion;
      this.ids = new int[maxNewTokens];
      this.seen = seen;
    }

    /** Takes a token; answers whether the completion is over. */
    boolean append(int token, Set<Integer> endTokens) {
      ids[length++] = token;
      seen.set(token);
      ended = endTokens.contains(token);
      return ended;
    }

    boolean stop(boolean asked) {
      stopped = asked;
      return asked;
    }

    Generated generated() {
      Generated.Finish cut = stopped ? Generated.Finish.STOPPED : Generated.Finish.LENGTH;
      Generated.Finish finish = ended ? Generated.Finish.END_TOKEN : cut;
      return new Generated(Arrays.copyOf(ids, length), finish);
    }
  }
}
