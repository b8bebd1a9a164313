package io.vlmr1.model.decoder;

import io.vlmr1.model.WeightNames;
import java.util.List;
import java.util.function.Function;

/**
 * Names of a family's weights.
 *
 * @param layers of the language model
 * @param all every name of a weight, that inside transformers first
 * @param regions where a weight is
 * @param generates whether the class inside transformers has the interface of generation
 */
public record DecoderNames(
    DecoderLayers layers,
    Function<String, List<String>> all,
    Function<String, Region> regions,
    boolean generates)
    implements WeightNames {

  @Override
  public List<String> all(String hub) {
    return all.apply(hub);
  }

  @Override
  public Region region(String hub) {
    return regions.apply(hub);
  }

  @Override
  public String embedding() {
    return layers.embedding();
  }

  @Override
  public String head() {
    return layers.projection();
  }
}
