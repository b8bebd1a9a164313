package io.vlmr1.operator.resource;

import io.vlmr1.api.v1alpha1.ServingSpec;
import java.util.ArrayList;
import java.util.List;

/** How each kind of inference server is started. */
final class ServingServer {
  private ServingServer() {}

  static String image(ServingSpec serving) {
    if (serving.image() != null) {
      return serving.image();
    }
    return switch (serving.server()) {
      case VLLM -> "vllm/vllm-openai:latest";
      case VLLM_ASCEND -> "quay.io/ascend/vllm-ascend:latest";
      case XLLM -> "quay.io/jd_xllm/xllm-ai:latest";
    };
  }

  /** The kind's own arguments, then the user's, of which the last one of a name wins. */
  static List<String> arguments(ServingSpec serving, String folder, String name) {
    String port = serving.port().toString();
    List<String> all =
        new ArrayList<>(
            switch (serving.server()) {
              case VLLM, VLLM_ASCEND ->
                  List.of("--model", folder, "--served-model-name", name, "--port", port);
              case XLLM -> List.of("--model=" + folder, "--model_id=" + name, "--port=" + port);
            });
    all.addAll(serving.args());
    return all;
  }
}
