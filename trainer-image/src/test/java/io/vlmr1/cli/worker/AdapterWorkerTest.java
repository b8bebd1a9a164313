package io.vlmr1.cli.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.cli.Main;
import io.vlmr1.eval.JobEvaluation;
import io.vlmr1.report.MetricsLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whole trainings of adapters and of models with frozen parts, in real processes. */
class AdapterWorkerTest {
  private static final String BEFORE = "  workers: {replicas: 1}";
  private static final String LORA =
      "  adapter: {rank: 4, alpha: 8, dropout: 0.1}\n  workers: {replicas: 2}\n"
          + "  evaluations: [{name: held, dataset: {name: h, path: held.jsonl, images: images}, maxRows: 2, maxNewTokens: 2}]";

  @TempDir static Path folder;
  private static Volume volume;

  @BeforeAll
  static void makeVolume() throws IOException {
    volume = Volume.in(folder);
  }

  private static Path job(Map<String, String> changes) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(changes);
    all.put("maxSteps: 12", "maxSteps: 6");
    return volume.job(all);
  }

  @Test
  void anAdapterThatWasKilledEndsWithTheWeightsOfAnUnbrokenOne() throws IOException {
    Path data = volume.data().resolve("train.jsonl");
    Files.copy(data, volume.data().resolve("held.jsonl"));
    Path job = job(Map.of(BEFORE, LORA));
    OutputLayout unbroken = volume.output("unbroken");
    String told = run(job, unbroken, 2);
    assertThat(told).contains("trainable parameters: ").contains("  adapter: ");
    OutputLayout killed = volume.output("killed");
    List<ChildJvm> ranks = volume.start(job, killed, 2);
    ranks.get(0).awaitOutput("step 3/");
    ranks.get(1).kill();
    assertThat(ranks.get(0).exitCode()).as(ranks.get(0).output()).isEqualTo(17);
    run(job, killed, 2);
    assertThat(killed.finalModel().toFile().list())
        .containsExactlyInAnyOrder("adapter_config.json", "adapter_model.safetensors");
    assertThat(killed.finalModel().resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(unbroken.finalModel().resolve("adapter_model.safetensors"));
    List<MetricsLog.Step> steps = MetricsLog.read(unbroken.metrics());
    assertThat(steps)
        .as("something was learned")
        .anyMatch(step -> step.metrics().getOrDefault("grad_norm", 0.0) > 0.001);
    assertThat(steps.get(0).metrics().getOrDefault("kl", Double.NaN))
        .as("B is 0: the policy is the reference")
        .isBetween(0.0, 1e-6);
    assertThat(steps.get(5).metrics().getOrDefault("kl", Double.NaN)).isGreaterThan(1e-6);
    assertThat(
            JobEvaluation.run(
                    JobFile.read(job),
                    "held",
                    new JobEvaluation.Subject(OutputLayout.FINAL, null),
                    volume.data(),
                    unbroken)
                .metrics())
        .containsKey("rows");
    mergesAndAnswers(unbroken.finalModel());
  }

  /** The merged model and the two folders say the same, on the command line. */
  private static void mergesAndAnswers(Path adapter) throws IOException {
    String model = volume.data().resolve("model").toString();
    String merged = folder.resolve("merged").toString();
    assertThat(call("merge", "--model", model, "--adapter", adapter.toString(), "--output", merged))
        .contains("merged model: ");
    assertThat(Path.of(merged).resolve("tokenizer.json")).exists();
    String apart =
        call(
            "generate",
            "--model",
            model,
            "--adapter",
            adapter.toString(),
            "--max-new-tokens",
            "6",
            "where is it?");
    assertThat(call("generate", "--model", merged, "--max-new-tokens", "6", "where is it?"))
        .isEqualTo(apart);
  }

  @Test
  void anotherTrainingStartsFromAnAdapter() throws IOException {
    String first = "  adapter: {rank: 2, targetModules: [q_proj, up_proj]}\n" + BEFORE;
    OutputLayout source = volume.output("source");
    run(job(Map.of(BEFORE, first)), source, 1);
    String next = "  adapter: {source: " + source.finalModel() + "}\n" + BEFORE;
    OutputLayout output = volume.output("next");
    run(job(Map.of(BEFORE, next)), output, 1);
    assertThat(Files.readString(output.finalModel().resolve("adapter_config.json")))
        .contains("\"r\" : 2");
    assertThat(MetricsLog.read(output.metrics()).get(0).metrics().getOrDefault("kl", 0.0))
        .as("the reference is the model without its adapter")
        .isGreaterThan(1e-6);
  }

  @Test
  void aFrozenTowerIsSavedAsItWasAndMixedPrecisionTrains() throws IOException {
    Path job =
        job(
            Map.of(
                "model: {source: model}",
                "model: {source: model, freeze: [vision]}",
                "threadsPerProcess: 1",
                "threadsPerProcess: 1, precision: mixed"));
    OutputLayout output = volume.output("frozen");
    assertThat(run(job, output, 1)).contains("  visual: 0 of ");
    assertThat(output.finalModel().resolve("model.safetensors")).exists();
    assertThat(MetricsLog.read(output.metrics()))
        .anyMatch(step -> step.metrics().getOrDefault("grad_norm", 0.0) > 0.001);
  }

  @Test
  void anUnknownTargetEndsTheWorkerWithTheKnownOnes() throws IOException {
    String wrong = "  adapter: {targetModules: [q_porj]}\n" + BEFORE;
    try (ChildJvm worker =
        volume.start(job(Map.of(BEFORE, wrong)), volume.output("wrong"), 1).get(0)) {
      assertThat(worker.exitCode()).as(worker.output()).isEqualTo(10);
      assertThat(worker.output())
          .contains("spec.adapter.targetModules: \"q_porj\" names no linear layer")
          .contains("q_proj");
    }
  }

  /** Runs to the end; answers what rank 0 said. */
  private static String run(Path job, OutputLayout output, int ranks) throws IOException {
    List<ChildJvm> all = volume.start(job, output, ranks);
    String told = "";
    for (int rank = ranks - 1; rank >= 0; rank--) {
      try (ChildJvm child = all.get(rank)) {
        assertThat(child.exitCode()).as(child.output()).isZero();
        told = child.output();
      }
    }
    return told;
  }

  private static String call(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    int code = line.execute(arguments);
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }
}
