package io.vlmr1.model.decoder;

import io.vlmr1.model.ModelFacts;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.nn.Unit;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The language side of a family.
 *
 * @param facts what training knows of the model
 * @param weights of the whole model, vision included
 * @param embeddingSlot slot of the embedding [vocabulary, hidden]
 * @param blocks decoder layers
 * @param head final norm and projection to the vocabulary
 * @param turning how queries and keys are turned by their place
 */
public record LanguageModel(
    ModelFacts facts,
    FlatParameters weights,
    String embeddingSlot,
    List<TransformerBlock> blocks,
    LanguageHead.Weights head,
    Turning turning) {

  /** The embeddings of tokens: [ids, hidden]. */
  Tensor embed(Tensor ids) {
    try (Unit.Use use = embeddingUnit().read()) {
      return torch.embedding(weights.leaf(embeddingSlot), ids);
    }
  }

  Unit embeddingUnit() {
    return weights.unit(embeddingSlot);
  }

  @Nullable Tensor embeddingGradient() {
    return weights.leafGradient(embeddingSlot);
  }

  /** Of layers that say where everything is. */
  public static LanguageModel of(
      ModelFacts facts, FlatParameters weights, DecoderLayers layers, Turning turning) {
    return new LanguageModel(
        facts, weights, layers.embedding(), layers.blocks(weights), layers.head(weights), turning);
  }
}
