package io.vlmr1.model.decoder;

import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.nn.Unit;
import java.util.List;
import java.util.stream.IntStream;

/** Names, shapes and blocks of a language model. */
public interface DecoderLayers {

  /** Its sizes. */
  TextConfig config();

  /** Slot of the embedding. */
  String embedding();

  /** Name of the final norm. */
  String norm();

  /** Slot of the output projection where it is not the embedding. */
  String projection();

  /** Lists the slots of a layer. */
  void layer(Slots slots, int index);

  /** A layer. */
  TransformerBlock block(FlatParameters weights, int index);

  /** Lists the slots of the language model. */
  default void list(Slots slots) {
    slots.embedding().tensor(embedding(), config().vocabularySize(), config().hidden());
    for (int i = 0; i < config().layers(); i++) {
      layer(slots.layer(i), i);
    }
    slots.head().rmsNorm(norm(), config().hidden());
    if (!config().tied()) {
      slots.tensor(projection(), config().vocabularySize(), config().hidden());
    }
  }

  /** The layers. */
  default List<TransformerBlock> blocks(FlatParameters weights) {
    return IntStream.range(0, config().layers()).mapToObj(i -> block(weights, i)).toList();
  }

  /** Final norm and projection. */
  default LanguageHead.Weights head(FlatParameters weights) {
    String slot = config().tied() ? embedding() : projection();
    Unit projected = weights.unit(slot);
    return new LanguageHead.Weights(
        RmsNorm.of(weights, norm(), config().epsilon()),
        Linear.of(weights, layer(slot), layer(projection())),
        Unit.together(
            List.of(
                weights.unit(norm() + ".weight"),
                config().tied() ? Unit.early(projected) : projected,
                weights.unit(projection()))));
  }

  private static String layer(String weight) {
    return weight.substring(0, weight.length() - ".weight".length());
  }
}
