package io.vlmr1.model.internvl;

import io.vlmr1.model.WeightNames.Region;
import java.util.List;

/**
 * What the files of the two layouts call the weights.
 *
 * @param own transformers' own `internvl` layout, else the published `internvl_chat`
 */
record InternVlNames(boolean own) {

  private String either(String inOwn, String published) {
    return own ? inOwn : published;
  }

  String tower() {
    return either("vision_tower.", "vision_model.");
  }

  String projector() {
    return either("multi_modal_projector.", "mlp1.");
  }

  String classToken() {
    return tower() + either("embeddings.cls_token", "embeddings.class_embedding");
  }

  String positions() {
    return tower() + either("embeddings.position_embeddings", "embeddings.position_embedding");
  }

  String patches() {
    return tower() + either("embeddings.patch_embeddings.projection", "embeddings.patch_embedding");
  }

  /** Names within a block of the tower. */
  Layer layer(int index) {
    return new Layer(tower() + either("encoder.layer.", "encoder.layers.") + index + ".");
  }

  final class Layer {
    private final String prefix;

    private Layer(String prefix) {
      this.prefix = prefix;
    }

    String norm1() {
      return prefix + either("layernorm_before", "norm1");
    }

    String norm2() {
      return prefix + either("layernorm_after", "norm2");
    }

    String scale1() {
      return prefix + either("lambda_1", "ls1");
    }

    String scale2() {
      return prefix + either("lambda_2", "ls2");
    }

    private String attention() {
      return prefix + either("attention.", "attn.");
    }

    /** The fused product; in transformers' layout its parts have names of their own. */
    String queryKeyValue() {
      return attention() + "qkv";
    }

    /** One of q, k, v in transformers' layout. */
    String projection(String which) {
      return attention() + which + "_proj";
    }

    String queryNorm() {
      return attention() + "q_norm";
    }

    String keyNorm() {
      return attention() + "k_norm";
    }

    String output() {
      return attention() + either("projection_layer", "proj");
    }

    String first() {
      return prefix + "mlp.fc1";
    }

    String second() {
      return prefix + "mlp.fc2";
    }
  }

  String projectorNorm() {
    return projector() + either("layer_norm", "0");
  }

  String projectorFirst() {
    return projector() + either("linear_1", "1");
  }

  String projectorSecond() {
    return projector() + either("linear_2", "3");
  }

  /** The same, its name inside transformers first; the published layout has the hub's inside. */
  List<String> insideFirst(String hub) {
    List<String> names = names(hub);
    return names.size() == 1 ? names : List.of(names.get(1), hub);
  }

  Region region(String hub) {
    if (hub.startsWith(tower())) {
      return Region.VISION;
    }
    return hub.startsWith(projector()) ? Region.PROJECTOR : Region.LANGUAGE;
  }

  /** What files call a tensor: as it is saved, and as modules inside transformers are called. */
  List<String> names(String hub) {
    if (!own) {
      return List.of(hub);
    }
    if (hub.startsWith("language_model.model.")) {
      return List.of(
          hub, "model.language_model." + hub.substring("language_model.model.".length()));
    }
    return hub.startsWith("language_model.")
        ? List.of(hub, hub.substring("language_model.".length()))
        : List.of(hub, "model." + hub);
  }
}
