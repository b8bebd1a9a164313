package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.cli.Main;
import io.vlmr1.nn.Slot.Part;
import io.vlmr1.tensor.Dtype;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * Configs of published models at full size, without weights. The numbers of parameters were counted
 * by transformers 4.57.6 on its meta device.
 */
class PublishedConfigTest {
  private static Path folder(String name) {
    return Path.of("src/test/resources/published").resolve(name);
  }

  private static Blueprint blueprint(String name) {
    return ModelLoader.blueprint(folder(name));
  }

  @ParameterizedTest
  @CsvSource({
    "Qwen2.5-VL-3B-Instruct, 3754622976, 668684288",
    "Qwen2.5-VL-7B-Instruct, 8292166656, 676550144",
    "VLM-R1-Qwen2.5VL-3B-OVD-0321, 3754622976, 668684288",
    "Qwen2-VL-2B-Instruct, 2208985600, 665271296",
    "InternVL2_5-1B, 938193024, 308495104",
    "InternVL3-8B, 7944373760, 331552768",
    "InternVL2_5-26B, 25514186112, 5652925824",
    "GLM-4.1V-9B-Thinking, 10292777472, 892498432"
  })
  void holdsAsManyParametersAsItsPublisherSays(String name, long all, long vision) {
    Blueprint model = blueprint(name);
    assertThat(model.parameters(each -> true)).isEqualTo(all);
    assertThat(model.parameters(model::isVision)).isEqualTo(vision);
  }

  private static List<Long> shape(Blueprint model, String name) {
    Part found =
        model.parts().stream().filter(part -> part.name().equals(name)).findFirst().orElseThrow();
    return java.util.Arrays.stream(found.shape()).boxed().collect(Collectors.toList());
  }

  @Test
  void namesAndShapesAreThoseOfTheFiles() {
    Blueprint qwen = blueprint("VLM-R1-Qwen2.5VL-3B-OVD-0321");
    assertThat(shape(qwen, "visual.patch_embed.proj.weight"))
        .containsExactly(1280L, 3L, 2L, 14L, 14L);
    assertThat(shape(qwen, "model.layers.35.self_attn.k_proj.weight")).containsExactly(256L, 2048L);
    assertThat(qwen.parts().stream().map(Part::name)).doesNotContain("lm_head.weight");
    Blueprint intern = blueprint("InternVL2_5-26B");
    assertThat(shape(intern, "language_model.model.layers.47.attention.wqkv.weight"))
        .containsExactly(8192L, 6144L);
    assertThat(shape(intern, "vision_model.encoder.layers.44.attn.q_norm.weight"))
        .containsExactly(3200L);
    Blueprint glm = blueprint("GLM-4.1V-9B-Thinking");
    assertThat(shape(glm, "model.language_model.layers.39.mlp.gate_up_proj.weight"))
        .containsExactly(27392L, 4096L);
    assertThat(shape(glm, "model.visual.embeddings.position_embedding.weight"))
        .containsExactly(576L, 1536L);
  }

  @Test
  void needsMoreMemoryForMoreTraining() {
    MemoryNeed need = MemoryNeed.of(blueprint("Qwen2.5-VL-7B-Instruct"), Dtype.BFLOAT16);
    long weights = 2 * 8_292_166_656L;
    assertThat(need.inference()).isBetween(weights, weights + (1L << 30));
    assertThat(need.lora()).isGreaterThan(need.inference());
    assertThat(need.full()).isGreaterThan(16 * 8_292_166_656L);
  }

  @Test
  void inspectTellsFamilySizesAndMemory() {
    StringWriter text = new StringWriter();
    CommandLine line = Main.commandLine().setOut(new PrintWriter(text));
    assertThat(line.execute("inspect", folder("Qwen2.5-VL-3B-Instruct").toString())).isZero();
    assertThat(text.toString())
        .contains("qwen2_5_vl (Qwen2_5_VLForConditionalGeneration)")
        .contains("36 layers, hidden 2048")
        .contains("3,754,622,976")
        .contains("full training");
  }
}
