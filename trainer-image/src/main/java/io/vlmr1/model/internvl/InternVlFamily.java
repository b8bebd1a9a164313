package io.vlmr1.model.internvl;

import io.vlmr1.model.Blueprint;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WeightNames;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.model.decoder.DecoderNames;
import io.vlmr1.model.decoder.LanguageModel;
import io.vlmr1.model.decoder.SpecialTokens;
import io.vlmr1.model.decoder.WeightFiles;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.text.Tokenizer;
import java.util.List;

/** InternVL 2.5 and 3: the published layout and transformers' own. */
public final class InternVlFamily implements ModelFamily {

  @Override
  public List<Kind> kinds() {
    return List.of(
        new Kind(InternVlConfig.PUBLISHED, "InternVLChatModel"),
        new Kind(InternVlConfig.OWN, "InternVLForConditionalGeneration"));
  }

  @Override
  public Blueprint blueprint(Source source) {
    InternVlConfig config = InternVlConfig.of(source);
    InternVlConfig.Vision vision = config.vision();
    return new Blueprint(
        kind(source.modelType()),
        config.text().sizes(),
        new Blueprint.Sizes(vision.depth(), vision.hidden(), vision.intermediate(), vision.shape()),
        config.text().vocabularySize(),
        config.text().maxPositions(),
        List.of(config.names().tower(), config.names().projector()),
        InternVlWeights.slots(config));
  }

  @Override
  public VisionLanguageModel load(Source source, Dtype dtype, Tuning tuning) {
    InternVlConfig config = InternVlConfig.of(source);
    return model(
        source,
        config,
        WeightFiles.load(
            source.folder(), InternVlWeights.slots(config), config.names()::names, dtype, tuning));
  }

  @Override
  public WeightNames names(Source source) {
    InternVlConfig config = InternVlConfig.of(source);
    return new DecoderNames(
        InternVlWeights.language(config),
        config.names()::insideFirst,
        config.names()::region,
        config.names().own());
  }

  @Override
  public VisionLanguageModel random(Source source, Dtype dtype, long seed) {
    InternVlConfig config = InternVlConfig.of(source);
    return model(
        source, config, WeightFiles.random(InternVlWeights.slots(config), 0.02, dtype, seed));
  }

  private static DecoderModel model(Source source, InternVlConfig config, FlatParameters weights) {
    SpecialTokens tokens = config.tokens(source);
    return new DecoderModel(
        LanguageModel.of(
            tokens.facts(source.modelType(), config.text()),
            weights,
            InternVlWeights.language(config),
            config.turning()),
        new InternVlVision(config, tokens.image(), weights));
  }

  @Override
  public PromptProcessor processor(Source source, Tokenizer tokenizer, PixelLimits pixels) {
    return InternVlPrompts.of(source, tokenizer, pixels);
  }
}
