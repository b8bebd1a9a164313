package io.vlmr1.model.qwen;

import io.vlmr1.model.WeightNames;
import java.util.List;

/**
 * Names of Qwen2.5-VL's weights: as published, as transformers has them inside and saves some, and
 * an untied head under its module.
 */
final class QwenNames implements WeightNames {
  private static final String LANGUAGE = "model.";

  @Override
  public List<String> all(String hub) {
    if (hub.startsWith("visual.")) {
      return List.of(LANGUAGE + hub, hub);
    }
    return hub.startsWith(LANGUAGE)
        ? List.of("model.language_model." + hub.substring(LANGUAGE.length()), hub)
        : List.of(hub, LANGUAGE + hub);
  }

  @Override
  public Region region(String hub) {
    return hub.startsWith("visual.") ? Region.VISION : Region.LANGUAGE;
  }

  @Override
  public String embedding() {
    return QwenModel.EMBEDDING;
  }

  @Override
  public String head() {
    return "lm_head.weight";
  }
}
