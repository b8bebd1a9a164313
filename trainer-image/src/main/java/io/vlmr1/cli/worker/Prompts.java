package io.vlmr1.cli.worker;

import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.grpo.PromptFeed;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.text.Tokenizer;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How rows become prompts of a model.
 *
 * @param tokenizer of the model
 * @param processor of its family
 * @param task the words around a question
 * @param modelType `model_type` of config.json
 */
record Prompts(Tokenizer tokenizer, PromptProcessor processor, TaskPrompt task, String modelType)
    implements AutoCloseable {

  /** Those of the model that training starts from. */
  static Prompts open(WorkerSettings settings) {
    GrpoJobSpec spec = settings.spec();
    Path folder = settings.startingModel();
    String modelType = HuggingFaceFolder.config(folder).path("model_type").asText("");
    Tokenizer tokenizer = Tokenizer.open(folder);
    PromptProcessor processor =
        ModelLoader.processor(
            folder,
            tokenizer,
            new ModelFamily.PixelLimits(
                wide(spec.model().minPixels()), wide(spec.model().maxPixels())));
    TaskPrompt task = TaskPrompt.of(spec.data().task(), modelType, spec.data().promptTemplate());
    return new Prompts(tokenizer, processor, task, modelType);
  }

  private static @Nullable Long wide(@Nullable Integer pixels) {
    return pixels == null ? null : (Long) pixels.longValue();
  }

  /** Makes them, within the spec's length. */
  PromptFeed.Maker maker(GrpoJobSpec spec) {
    Integer pixels = spec.data().maxImagePixels();
    return new PromptFeed.Maker(
        task,
        processor,
        spec.data().maxPromptTokens(),
        pixels == null ? ImageReader.MAX_PIXELS : pixels);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
