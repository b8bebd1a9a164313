package io.vlmr1.model.qwen;

import io.vlmr1.model.Blueprint;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WeightNames;
import io.vlmr1.model.WeightNames.Region;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.model.decoder.DecoderNames;
import io.vlmr1.model.decoder.LanguageModel;
import io.vlmr1.model.decoder.Turning;
import io.vlmr1.model.decoder.WeightFiles;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.text.Tokenizer;
import java.util.List;

/**
 * Qwen2-VL and Qwen2.5-VL, with the names of the hub's files or those that transformers uses
 * inside.
 */
public final class QwenFamily implements ModelFamily {

  @Override
  public List<Kind> kinds() {
    return List.of(
        new Kind(QwenConfig.QWEN2, "Qwen2VLForConditionalGeneration"),
        new Kind(QwenConfig.QWEN2_5, "Qwen2_5_VLForConditionalGeneration"));
  }

  @Override
  public Blueprint blueprint(Source source) {
    QwenConfig config = QwenConfig.of(source);
    QwenConfig.Vision vision = config.vision();
    return new Blueprint(
        kind(source.modelType()),
        config.text().sizes(),
        new Blueprint.Sizes(vision.depth(), vision.hidden(), vision.intermediate(), vision.shape()),
        config.text().vocabularySize(),
        config.text().maxPositions(),
        List.of("visual."),
        QwenWeights.slots(config));
  }

  @Override
  public VisionLanguageModel load(Source source, Dtype dtype, Tuning tuning) {
    QwenConfig config = QwenConfig.of(source);
    return model(
        config,
        WeightFiles.load(
            source.folder(), QwenWeights.slots(config), QwenWeights::names, dtype, tuning));
  }

  @Override
  public WeightNames names(Source source) {
    return new DecoderNames(
        QwenWeights.language(QwenConfig.of(source)),
        QwenWeights::insideFirst,
        hub -> hub.startsWith("visual.") ? Region.VISION : Region.LANGUAGE,
        true);
  }

  @Override
  public VisionLanguageModel random(Source source, Dtype dtype, long seed) {
    QwenConfig config = QwenConfig.of(source);
    double range = source.config().path("initializer_range").asDouble(0.02);
    return model(config, WeightFiles.random(QwenWeights.slots(config), range, dtype, seed));
  }

  private static DecoderModel model(QwenConfig config, FlatParameters weights) {
    Turning turning =
        Turning.of(
            config.text().shape().width(), config.text().ropeTheta(), config.positionSections());
    return new DecoderModel(
        LanguageModel.of(
            config.tokens().facts(config.modelType(), config.text()),
            weights,
            QwenWeights.language(config),
            turning),
        new QwenVision(config, weights));
  }

  @Override
  public PromptProcessor processor(Source source, Tokenizer tokenizer, PixelLimits pixels) {
    return QwenPrompts.of(source, tokenizer, pixels);
  }
}
