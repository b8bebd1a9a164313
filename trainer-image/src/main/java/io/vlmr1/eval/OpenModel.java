package io.vlmr1.eval;

import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.text.Tokenizer;
import java.nio.file.Path;

/**
 * A model folder ready to answer.
 *
 * @param model its weights, without gradients
 * @param processor of its prompts
 * @param tokenizer of its words
 */
public record OpenModel(VisionLanguageModel model, PromptProcessor processor, Tokenizer tokenizer)
    implements AutoCloseable {

  /**
   * Loads the folder.
   *
   * @param pixels limits of a resized picture's area
   */
  public static OpenModel load(Path folder, Dtype dtype, PixelLimits pixels) {
    VisionLanguageModel model = ModelLoader.load(folder, dtype, false);
    Tokenizer tokenizer = Tokenizer.open(folder);
    return new OpenModel(model, ModelLoader.processor(folder, tokenizer, pixels), tokenizer);
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
  }
}
