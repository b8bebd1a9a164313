package io.vlmr1.model.qwen;

import io.vlmr1.model.DecodeSession;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.ModelFacts;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * Qwen2.5-VL (arXiv 2502.13923): a vision tower with window attention and a Qwen2 language model.
 */
public final class QwenModel implements VisionLanguageModel {
  static final String EMBEDDING = "model.embed_tokens.weight";

  private final QwenConfig config;
  private final FlatParameters weights;
  private final List<TransformerBlock> visionBlocks;
  private final List<TransformerBlock> languageBlocks;
  private final LanguageHead.Weights head;
  private final Linear patchEmbedding;
  private final QwenMerger merger;
  private final ModelFacts facts;

  /**
   * @param weights laid out by {@link #parameters(QwenConfig, Dtype, Tuning)}; closed with this
   */
  public QwenModel(QwenConfig config, FlatParameters weights, String modelType) {
    this.config = config;
    this.weights = weights;
    visionBlocks = QwenWeights.visionBlocks(config, weights);
    languageBlocks = QwenWeights.languageBlocks(config, weights);
    head = QwenWeights.head(config, weights);
    patchEmbedding = Linear.of(weights, "visual.patch_embed.proj");
    merger = QwenMerger.of(weights);
    Set<Integer> never =
        Stream.of(
                config.tokens().image(),
                config.tokens().video(),
                config.tokens().visionStart(),
                config.tokens().visionEnd())
            .filter(id -> id >= 0)
            .collect(Collectors.toCollection(HashSet::new));
    facts =
        new ModelFacts(
            modelType,
            config.vocabularySize(),
            config.tokens().end(),
            config.tokens().pad(),
            Set.copyOf(never),
            config.maxPositions());
  }

  /** Room for the weights of this configuration, not set. */
  public static FlatParameters parameters(QwenConfig config, Dtype dtype, Tuning tuning) {
    return new FlatParameters(QwenWeights.slots(config), dtype, tuning);
  }

  QwenConfig config() {
    return config;
  }

  FlatParameters weights() {
    return weights;
  }

  List<TransformerBlock> visionBlocks() {
    return visionBlocks;
  }

  List<TransformerBlock> languageBlocks() {
    return languageBlocks;
  }

  Tensor embedding() {
    return weights.leaf(EMBEDDING);
  }

  LanguageHead.Weights head() {
    return head;
  }

  Linear patchEmbedding() {
    return patchEmbedding;
  }

  QwenMerger merger() {
    return merger;
  }

  /** Whether the vision tower or the merger learns. */
  boolean visionTrains() {
    return weights.trains(name -> name.startsWith("visual."));
  }

  @Override
  public ModelFacts facts() {
    return facts;
  }

  @Override
  public FlatParameters parameters() {
    return weights;
  }

  @Override
  public DecodeSession decode(
      List<PreparedPrompt> prompts, int completionsPerPrompt, int maxNewTokens) {
    return new QwenDecodeSession(this, prompts, completionsPerPrompt, maxNewTokens);
  }

  @Override
  public ForwardPass forward(Pack pack, double temperature, ForwardPass.Keep keep) {
    return new QwenForwardPass(this, pack, temperature, keep);
  }

  @Override
  public void close() {
    weights.close();
  }
}
