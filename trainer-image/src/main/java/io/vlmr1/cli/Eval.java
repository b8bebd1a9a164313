package io.vlmr1.cli;

import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.cli.run.EvaluationFile;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Sampling;
import io.vlmr1.eval.EvaluationRun;
import io.vlmr1.eval.Evaluator;
import io.vlmr1.eval.OpenModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Evaluates a model on rows, as VLM-R1's scripts do. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    description = {
      "Evaluates a model on the rows of a JSONL file: greedy answers, counted by the task.",
      "Rows are shuffled as Python does with seed 42 before the first --max-rows are taken."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 eval --model runs/shapes/final --task rec --rows data/held_out.jsonl --images data/images \\",
      "             --output held_out.json"
    })
final class Eval implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(names = "--rows", required = true, paramLabel = "FILE", description = "JSONL")
  private Path rows = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "folder that image names start from (default: the folder of --rows)")
  private @Nullable Path images;

  @Option(
      names = "--task",
      description = "${COMPLETION-CANDIDATES}: prompt and count (default: ${DEFAULT-VALUE})")
  private Task task = Task.REC;

  @Option(names = "--max-rows", description = "at most so many (default: ${DEFAULT-VALUE})")
  private int maxRows = 2000;

  @Option(
      names = "--max-new-tokens",
      description = "an answer is cut off there (default: ${DEFAULT-VALUE})")
  private int maxNewTokens = 256;

  @Option(names = "--batch", description = "rows decoded together (default: ${DEFAULT-VALUE})")
  private int batch = 16;

  @Option(names = "--output", paramLabel = "FILE", description = "results as JSON")
  private @Nullable Path output;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Path absolute = rows.toAbsolutePath().normalize();
    Path folder = images == null ? Objects.requireNonNull(absolute.getParent()) : images;
    DataSource source =
        new DataSource(
            "rows",
            absolute,
            folder.toAbsolutePath().normalize(),
            "default",
            Sampling.parse("all"));
    EvaluationRun run =
        new EvaluationRun(
            String.valueOf(absolute.getFileName()),
            task,
            null,
            source,
            new EvaluationRun.Limits(maxRows, maxNewTokens, batch));
    try (OpenModel open = model.open()) {
      RowProgress progress = new RowProgress(out);
      Evaluator.Outcome outcome = run.run(open, model.folder.toString(), output, progress);
      out.println(EvaluationFile.words(outcome.metrics()));
    }
    return 0;
  }
}
