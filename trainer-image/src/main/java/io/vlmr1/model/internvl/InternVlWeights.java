package io.vlmr1.model.internvl;

import io.vlmr1.model.decoder.DecoderLayers;
import io.vlmr1.model.decoder.Projector;
import io.vlmr1.model.decoder.QwenLayers;
import io.vlmr1.model.decoder.Slots;
import io.vlmr1.model.decoder.Slots.Output;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.HeadProjections;
import io.vlmr1.nn.Joint;
import io.vlmr1.nn.LayerNorm;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.Norm;
import io.vlmr1.nn.QueryKeyNorm;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.nn.TwoLayerMlp;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Shapes of InternVL's weights and the blocks made of them. */
final class InternVlWeights {
  private InternVlWeights() {}

  static DecoderLayers language(InternVlConfig config) {
    return config.internLm2()
        ? new InternLm2Layers(config.text(), config.attentionBias())
        : new QwenLayers("language_model.model.", "language_model.lm_head.weight", config.text());
  }

  static List<Slot> slots(InternVlConfig config) {
    Slots slots = new Slots();
    InternVlNames names = config.names();
    InternVlConfig.Vision vision = config.vision();
    long hidden = vision.hidden();
    long places = 1L + (long) vision.positions() * vision.positions();
    slots.unit(Slots.PATCHES);
    slots.tensor(names.classToken(), 1, 1, hidden);
    slots.tensor(names.positions(), 1, places, hidden);
    slots.tensor(
        names.patches() + ".weight", hidden, vision.channels(), vision.patch(), vision.patch());
    slots.tensor(names.patches() + ".bias", hidden);
    for (int i = 0; i < vision.depth(); i++) {
      visionBlock(slots.visionBlock(i), names.layer(i), config);
    }
    slots.unit(Slots.PROJECTOR);
    slots.layerNorm(names.projectorNorm(), vision.joined());
    slots.linear(names.projectorFirst(), config.text().hidden(), vision.joined(), true);
    slots.linear(names.projectorSecond(), config.text().hidden(), config.text().hidden(), true);
    language(config).list(slots);
    return slots.all();
  }

  private static void visionBlock(Slots slots, InternVlNames.Layer layer, InternVlConfig config) {
    InternVlConfig.Vision vision = config.vision();
    long hidden = vision.hidden();
    slots.norm(layer.norm1(), hidden, vision.layerNorm());
    slots.norm(layer.norm2(), hidden, vision.layerNorm());
    slots.tensor(layer.scale1(), hidden);
    slots.tensor(layer.scale2(), hidden);
    if (config.names().own()) {
      slots.fused(
          layer.queryKeyValue(),
          hidden,
          vision.bias(),
          new Output(layer.projection("q"), hidden),
          new Output(layer.projection("k"), hidden),
          new Output(layer.projection("v"), hidden));
    } else {
      slots.linear(layer.queryKeyValue(), 3 * hidden, hidden, vision.bias());
    }
    if (vision.queryKeyNorm()) {
      slots.rmsNorm(layer.queryNorm(), hidden);
      slots.rmsNorm(layer.keyNorm(), hidden);
    }
    slots.linear(layer.output(), hidden, hidden, true);
    slots.linear(layer.first(), vision.intermediate(), hidden, true);
    slots.linear(layer.second(), hidden, vision.intermediate(), true);
  }

  static List<TransformerBlock> visionBlocks(InternVlConfig config, FlatParameters weights) {
    return IntStream.range(0, config.vision().depth())
        .mapToObj(i -> visionBlock(config.vision(), config.names().layer(i), weights))
        .toList();
  }

  private static TransformerBlock visionBlock(
      InternVlConfig.Vision vision, InternVlNames.Layer layer, FlatParameters weights) {
    return new TransformerBlock(
        norm(vision, weights, layer.norm1()),
        new HeadProjections(
            vision.shape(),
            Linear.of(weights, layer.queryKeyValue()),
            queryKeyNorm(vision, layer, weights),
            Linear.of(weights, layer.output())),
        Joint.Scaled.of(weights, layer.scale1()),
        norm(vision, weights, layer.norm2()),
        new TwoLayerMlp(
            Linear.of(weights, layer.first()),
            vision.activation(),
            Linear.of(weights, layer.second())),
        Joint.Scaled.of(weights, layer.scale2()));
  }

  private static @Nullable QueryKeyNorm queryKeyNorm(
      InternVlConfig.Vision vision, InternVlNames.Layer layer, FlatParameters weights) {
    return vision.queryKeyNorm()
        ? new QueryKeyNorm(
            RmsNorm.of(weights, layer.queryNorm(), vision.normEpsilon()),
            RmsNorm.of(weights, layer.keyNorm(), vision.normEpsilon()))
        : null;
  }

  private static Norm norm(InternVlConfig.Vision vision, FlatParameters weights, String name) {
    return vision.layerNorm()
        ? LayerNorm.of(weights, name, vision.epsilon())
        : RmsNorm.of(weights, name, vision.epsilon());
  }

  /** LayerNorm over the patches of a token, then two products. */
  static Projector projector(InternVlConfig config, FlatParameters weights) {
    InternVlNames names = config.names();
    return new Projector(
        LayerNorm.of(weights, names.projectorNorm(), 1e-5),
        config.vision().joined(),
        config.vision().joined(),
        new TwoLayerMlp(
            Linear.of(weights, names.projectorFirst()),
            config.vision().projector(),
            Linear.of(weights, names.projectorSecond())));
  }
}
