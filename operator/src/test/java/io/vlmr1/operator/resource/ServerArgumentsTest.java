package io.vlmr1.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import io.vlmr1.api.v1alpha1.Engine;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The command line of each kind of inference server. */
class ServerArgumentsTest {
  private static final DeviceSpec DUO = new DeviceSpec("huawei.com/Ascend310P", 1);

  @Test
  void ourOwnEngineLoadsTheModelInTheTrainingsPrecision() {
    assertThat(line("", Engine.OWN, List.of("--concurrency", "8"), null))
        .isEqualTo(
            "java @/app/vlmr1 serve --model /output/checkpoints/checkpoint-5 --host 0.0.0.0 --port"
                + " 8000 --name shapes --dtype FLOAT32 --concurrency 8");
    assertThat(
            line(
                "training: {precision: bfloat16}\nadapter: {}\nmodel: {source: base, maxPixels: 9}",
                Engine.OWN,
                List.of(),
                null))
        .isEqualTo(
            "java @/app/vlmr1 serve --model /data/base --adapter /output/checkpoints/checkpoint-5"
                + " --host 0.0.0.0 --port 8000 --name shapes --dtype BFLOAT16 --max-pixels 9");
  }

  @Test
  void vllmServesTheModelOrTheAdapterBesideItsBaseUnderTheJobsName() {
    assertThat(line("", Engine.VLLM, List.of("--max-model-len", "4096"), null))
        .isEqualTo(
            "vllm serve /output/checkpoints/checkpoint-5 --host 0.0.0.0 --port 8000"
                + " --served-model-name shapes --max-model-len 4096");
    assertThat(
            line(
                "adapter: {rank: 24}\nmodel: {source: 'pvc://m/base'}",
                Engine.VLLM,
                List.of(),
                null))
        .isEqualTo(
            "vllm serve /models/base --host 0.0.0.0 --port 8000 --enable-lora --max-lora-rank 32"
                + " --lora-modules shapes=/output/checkpoints/checkpoint-5");
    assertThat(line("model: {source: m, minPixels: 3, maxPixels: 9}", Engine.VLLM, List.of(), null))
        .endsWith("--mm-processor-kwargs {\"min_pixels\": 3, \"max_pixels\": 9}");
  }

  @Test
  void theAtlas300iDuoComputesInFloat16() {
    assertThat(line("", Engine.VLLM_ASCEND, List.of(), DUO)).endsWith(" --dtype float16");
    assertThat(line("", Engine.VLLM_ASCEND, List.of(), new DeviceSpec("huawei.com/Ascend910", 1)))
        .doesNotContain("--dtype");
  }

  @Test
  void xllmAndOthersAreToldFolderAndPort() {
    assertThat(line("", Engine.XLLM, List.of(), null))
        .isEqualTo("xllm --model=/output/checkpoints/checkpoint-5 --port=8000 --backend=vlm");
    assertThat(line("", Engine.SERVER, List.of("--weights={model}", "--listen=:{port}"), null))
        .isEqualTo("--weights=/output/checkpoints/checkpoint-5 --listen=:8000");
  }

  private static String line(
      String more, Engine engine, List<String> given, @Nullable DeviceSpec device) {
    String model = more.contains("model:") ? "" : "  model: {source: model}\n";
    GrpoJob owner =
        JobFile.parse(
            "arguments",
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: shapes, namespace: team, uid: 11-22}
            spec:
              data: {datasets: [{name: train, path: train.jsonl}]}
            """
                + model
                + more.indent(2));
    ServerArguments arguments = new ServerArguments(owner, "checkpoint-5", "0.0.0.0");
    return (String.join(" ", arguments.command(engine))
            + " "
            + String.join(" ", arguments.of(engine, given, device)))
        .strip();
  }
}
