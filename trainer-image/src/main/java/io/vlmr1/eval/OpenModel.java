package io.vlmr1.eval;

import io.vlmr1.model.AdaptedModel;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.text.Tokenizer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model folder ready to answer.
 *
 * @param model its weights, without gradients
 * @param processor of its prompts
 * @param tokenizer of its words
 * @param maxImagePixels a larger picture is refused before it is decoded
 */
public record OpenModel(
    VisionLanguageModel model, PromptProcessor processor, Tokenizer tokenizer, long maxImagePixels)
    implements AutoCloseable {

  /**
   * What is loaded.
   *
   * @param folder of the model
   * @param adapter folder of a LoRA adapter that goes beside its weights; null: none
   */
  public record Files(Path folder, @Nullable Path adapter) {}

  /**
   * Loads a model.
   *
   * @param pixels limits of a resized picture's area
   * @param maxImagePixels a larger picture is refused before it is decoded
   */
  public static OpenModel load(Files files, Dtype dtype, PixelLimits pixels, long maxImagePixels) {
    Path folder = files.folder();
    Path adapter = files.adapter();
    VisionLanguageModel model =
        adapter == null
            ? ModelLoader.load(folder, dtype, false)
            : AdaptedModel.load(folder, adapter, dtype);
    Tokenizer tokenizer = Tokenizer.open(folder);
    PromptProcessor processor = ModelLoader.processor(folder, tokenizer, pixels);
    return new OpenModel(model, processor, tokenizer, maxImagePixels);
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
  }
}
