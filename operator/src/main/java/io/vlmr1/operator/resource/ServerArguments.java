package io.vlmr1.operator.resource;

import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.AdapterSpec;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import io.vlmr1.api.v1alpha1.Engine;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ModelSpec;
import io.vlmr1.api.v1alpha1.TrainingSpec.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The command line of each kind of inference server.
 *
 * @param owner whose model is served, under the job's name
 * @param checkpoint folder name of the model, or final
 * @param host that it listens on
 */
record ServerArguments(GrpoJob owner, String checkpoint, String host) {
  private static final String ASCEND_310P = "huawei.com/Ascend310P";

  /** Adapter ranks that vLLM makes room for. */
  private static final int[] VLLM_RANKS = {8, 16, 32, 64, 128, 256, 320, 512};

  /** The program; none: the image's own. */
  List<String> command(Engine engine) {
    return switch (engine) {
      case OWN -> List.of("java", "@/app/vlmr1");
      case VLLM, VLLM_ASCEND -> List.of("vllm");
      case XLLM -> List.of("xllm");
      case SERVER -> List.of();
    };
  }

  /** The kind's own arguments, then the user's, of which the last one of a name counts. */
  List<String> of(Engine engine, List<String> given, @Nullable DeviceSpec device) {
    List<String> all = new ArrayList<>();
    switch (engine) {
      case OWN -> own(all);
      case VLLM -> vllm(all);
      case VLLM_ASCEND -> {
        vllm(all);
        if (device != null && device.resource().equals(ASCEND_310P)) {
          all.addAll(List.of("--dtype", "float16")); // these chips have no bfloat16
        }
      }
      case XLLM -> all.addAll(List.of("--model=" + model(), "--port=" + port(), "--backend=vlm"));
      case SERVER -> {} // the user's say it all
    }
    given.forEach(
        argument -> all.add(argument.replace("{model}", model()).replace("{port}", port())));
    return all;
  }

  private void own(List<String> all) {
    all.add("serve");
    boolean adapted = owner.getSpec().adapter() != null;
    all.addAll(List.of("--model", adapted ? start() : model()));
    if (adapted) {
      all.addAll(List.of("--adapter", model()));
    }
    all.addAll(List.of("--host", host, "--port", port(), "--name", name()));
    boolean wide = owner.getSpec().training().precision() == Precision.FLOAT32;
    all.addAll(List.of("--dtype", wide ? "FLOAT32" : "BFLOAT16"));
    ModelSpec pixels = owner.getSpec().model();
    if (pixels.minPixels() != null) {
      all.addAll(List.of("--min-pixels", pixels.minPixels().toString()));
    }
    if (pixels.maxPixels() != null) {
      all.addAll(List.of("--max-pixels", pixels.maxPixels().toString()));
    }
  }

  private void vllm(List<String> all) {
    AdapterSpec adapter = owner.getSpec().adapter();
    all.addAll(List.of("serve", adapter == null ? model() : start()));
    all.addAll(List.of("--host", host, "--port", port()));
    if (adapter == null) {
      all.addAll(List.of("--served-model-name", name()));
    } else {
      int rank = IntStream.of(VLLM_RANKS).filter(r -> r >= adapter.rank()).findFirst().orElse(512);
      all.addAll(List.of("--enable-lora", "--max-lora-rank", Integer.toString(rank)));
      all.addAll(List.of("--lora-modules", name() + "=" + model()));
    }
    List<String> pixels = new ArrayList<>();
    ModelSpec limits = owner.getSpec().model();
    if (limits.minPixels() != null) {
      pixels.add("\"min_pixels\": " + limits.minPixels());
    }
    if (limits.maxPixels() != null) {
      pixels.add("\"max_pixels\": " + limits.maxPixels());
    }
    if (!pixels.isEmpty()) {
      all.addAll(List.of("--mm-processor-kwargs", "{" + String.join(", ", pixels) + "}"));
    }
  }

  private String name() {
    return owner.getMetadata().getName();
  }

  private static String port() {
    return Integer.toString(WorkerEnvironment.DEFAULT_SERVER_PORT);
  }

  private String model() {
    return new OutputLayout(Path.of(WorkerEnvironment.DEFAULT_OUTPUT_DIR))
        .model(checkpoint)
        .toString();
  }

  /** The model that training started from, which an adapter goes beside. */
  private String start() {
    return ModelSource.of(owner)
        .map(ModelSource::mountedPath)
        .orElseGet(
            () ->
                Path.of(WorkerEnvironment.DEFAULT_DATA_DIR)
                    .resolve(owner.getSpec().model().source())
                    .toString());
  }
}
