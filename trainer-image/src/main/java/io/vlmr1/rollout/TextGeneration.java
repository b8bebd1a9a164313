package io.vlmr1.rollout;

import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.text.Tokenizer;
import java.util.List;
import java.util.function.Consumer;

/** Answers in words, for evaluation and the command line. */
public final class TextGeneration {
  private static final SamplingSpec GREEDY = new SamplingSpec(0.0, 0, 1.0, 0.0, 1.0);
  private final Rollout rollout;
  private final Tokenizer tokenizer;
  private final long seed;

  /** Samples as the spec says; `seed` chooses which sample. */
  public TextGeneration(
      VisionLanguageModel model,
      Tokenizer tokenizer,
      SamplingSpec sampling,
      int maxNewTokens,
      long seed) {
    this.rollout = new Rollout(model, sampling, maxNewTokens);
    this.tokenizer = tokenizer;
    this.seed = seed;
  }

  /** Always takes the most probable token. */
  public static TextGeneration greedy(
      VisionLanguageModel model, Tokenizer tokenizer, int maxNewTokens) {
    return new TextGeneration(model, tokenizer, GREEDY, maxNewTokens, 0);
  }

  /**
   * An answer.
   *
   * @param text without special tokens
   * @param tokens its length, end token included
   * @param truncated whether it was cut off
   */
  public record Answer(String text, int tokens, boolean truncated) {}

  /**
   * One answer, told while it is made: whole characters only, nothing of a stop string.
   *
   * @param prompt stays the caller's
   * @param stops what ends it besides the model's end tokens
   * @param out hears the pieces
   */
  public Answer stream(PreparedPrompt prompt, Stops stops, Consumer<String> out) {
    StreamedText text = new StreamedText(tokenizer::decode, stops.texts(), out);
    Generated generated =
        rollout
            .generate(
                List.of(prompt),
                1,
                Draws.inOrder(seed, 0, 1),
                (row, token) -> stops.ids().contains(token) || text.add(token))
            .get(0);
    return new Answer(text.end(), generated.ids().length, generated.truncated());
  }

  /** One answer a prompt; the prompts are decoded together and stay the caller's. */
  public List<Answer> answer(List<PreparedPrompt> prompts) {
    return rollout.generate(prompts, 1, Draws.inOrder(seed, 0, prompts.size())).stream()
        .map(
            generated ->
                new Answer(
                    tokenizer.decode(generated.ids()),
                    generated.ids().length,
                    generated.truncated()))
        .toList();
  }
}
