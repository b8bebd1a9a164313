package io.vlmr1.model.glm;

import io.vlmr1.model.Blueprint;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WeightNames;
import io.vlmr1.model.WeightNames.Region;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.model.decoder.DecoderNames;
import io.vlmr1.model.decoder.LanguageModel;
import io.vlmr1.model.decoder.WeightFiles;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.text.Tokenizer;
import java.util.List;

/** GLM-4.1V. */
public final class GlmFamily implements ModelFamily {

  @Override
  public List<Kind> kinds() {
    return List.of(new Kind(GlmConfig.TYPE, "Glm4vForConditionalGeneration"));
  }

  @Override
  public Blueprint blueprint(Source source) {
    GlmConfig config = GlmConfig.of(source);
    GlmConfig.Vision vision = config.vision();
    return new Blueprint(
        kind(source.modelType()),
        config.text().sizes(),
        new Blueprint.Sizes(vision.depth(), vision.hidden(), vision.outHidden(), vision.shape()),
        config.text().vocabularySize(),
        config.text().maxPositions(),
        List.of(GlmWeights.VISION),
        GlmWeights.slots(config));
  }

  @Override
  public VisionLanguageModel load(Source source, Dtype dtype, Tuning tuning) {
    GlmConfig config = GlmConfig.of(source);
    return model(
        config,
        WeightFiles.load(source.folder(), GlmWeights.slots(config), List::of, dtype, tuning));
  }

  @Override
  public WeightNames names(Source source) {
    return new DecoderNames(
        new GlmLayers(GlmConfig.of(source).text()),
        List::of,
        hub -> hub.startsWith(GlmWeights.VISION) ? Region.VISION : Region.LANGUAGE,
        true);
  }

  @Override
  public VisionLanguageModel random(Source source, Dtype dtype, long seed) {
    GlmConfig config = GlmConfig.of(source);
    return model(config, WeightFiles.random(GlmWeights.slots(config), 0.02, dtype, seed));
  }

  private static DecoderModel model(GlmConfig config, FlatParameters weights) {
    return new DecoderModel(
        LanguageModel.of(
            config.tokens().facts(GlmConfig.TYPE, config.text()),
            weights,
            new GlmLayers(config.text()),
            config.turning()),
        new GlmVision(config, weights));
  }

  @Override
  public PromptProcessor processor(Source source, Tokenizer tokenizer, PixelLimits pixels) {
    return GlmPrompts.of(source, tokenizer, pixels);
  }
}
