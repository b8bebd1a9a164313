package io.vlmr1.model;

import io.vlmr1.nn.Parameters;
import java.util.List;

/**
 * A vision-language model on one device: what every family implements. Not safe for use by two
 * threads.
 */
public interface VisionLanguageModel extends AutoCloseable {

  /** Vocabulary, end tokens and the like. */
  ModelFacts facts();

  /** Every weight under its hub name; trainable ones and their gradients lie in flat buffers. */
  Parameters parameters();

  /**
   * Encodes each image once, prefills each prompt once, and stands ready to decode.
   *
   * @param prompts one or more, of any lengths
   * @param completionsPerPrompt rows a prompt
   * @param maxNewTokens most tokens that a row will get; sizes the cache
   */
  DecodeSession decode(List<PreparedPrompt> prompts, int completionsPerPrompt, int maxNewTokens);

  /**
   * One forward pass over prompts and completions, each prompt once.
   *
   * @param temperature logits are divided by it before the softmax; above 0
   * @param keep what to keep for backward
   */
  ForwardPass forward(Pack pack, double temperature, ForwardPass.Keep keep);

  @Override
  void close();
}
