package io.vlmr1.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.cli.worker.StopSignal;
import io.vlmr1.cli.worker.Worker;
import io.vlmr1.report.CompletionsLog;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.shapes.Toy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every toy example from drawn data to a report: check, two steps, validation, evaluation. */
class ToysTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void trainsValidatesEvaluatesAndReports(Toy toy) throws Exception {
    Path file =
        Path.of(System.getProperty("root.dir", ".."))
            .resolve("examples/toys/" + toy.folderName() + "/toy.yaml")
            .toAbsolutePath()
            .normalize();
    GrpoJob job = JobFile.read(file);
    assertThat(JobRules.problems(job)).isEmpty();
    Path data = folder.resolve("data");
    OutputLayout output = new OutputLayout(folder.resolve("out"));
    Toys.write(toy, data);

    String checked = run("data", "check", "-f", file, "--data", data, "--output", output.root());
    assertThat(checked).contains("16 rows").contains("no faults");
    Path page = folder.resolve("samples.html");
    run("data", "show", "-f", file, "--data", data, "--output", output.root(), "--html", page);
    assertThat(Files.readString(page)).contains("held_out.jsonl:1");

    Map<String, String> environment = new HashMap<>();
    environment.put("VLMR1_JOB_FILE", file.toString());
    environment.put("VLMR1_DATA_DIR", data.toString());
    environment.put("VLMR1_OUTPUT_DIR", output.root().toString());
    environment.put("VLMR1_PROGRESS_PORT", "0");
    assertThat(Worker.run(environment, StopSignal.silent()).exitCode()).isZero();
    List<MetricsLog.Step> steps = MetricsLog.read(output.metrics());
    assertThat(steps).hasSize(2);
    assertThat(steps.get(1).metrics()).containsKeys("eval/reward", "rewards/accuracy/mean");
    assertThat(CompletionsLog.read(output.completions())).hasSize(8);

    environment.put("VLMR1_ROLE", "evaluate");
    environment.put("VLMR1_EVALUATION", "held-out");
    Worker.run(environment, StopSignal.silent());
    JsonNode result = new ObjectMapper().readTree(output.evaluation("held-out").toFile());
    assertThat(result.path("results")).hasSize(4);

    run("report", output.root());
    assertThat(Files.readString(output.report())).contains("toy-" + toy.folderName());
    Path cards = folder.resolve("compare.html");
    Path evaluation = output.evaluation("held-out");
    String table =
        run("compare", evaluation, evaluation, "--images", data.resolve("images"), "--html", cards);
    assertThat(table).contains("accuracy");
    assertThat(cards).content().contains("rows decided differently");
    assertThat(Files.readString(output.manifest())).contains("train.jsonl").contains("\"seed\"");
  }

  private static String run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] arguments = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      arguments[i] = words[i].toString();
    }
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }
}
