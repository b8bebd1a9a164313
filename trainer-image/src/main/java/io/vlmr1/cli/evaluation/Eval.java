package io.vlmr1.cli.evaluation;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.cli.run.EvaluationFile;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Sampling;
import io.vlmr1.eval.EvaluationRun;
import io.vlmr1.eval.EvaluationTask;
import io.vlmr1.eval.Evaluator;
import io.vlmr1.eval.OpenModel;
import io.vlmr1.eval.ServerEngine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
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
    sortOptions = false,
    description = {
      "Evaluates a model folder, or a server of OpenAI's chat API, on the rows of a data file:"
          + " greedy answers, counted by the task.",
      "Rows are shuffled as Python does with seed 42 before the first --max-rows are taken.",
      "With --output, the same command again after a stop asks only what is left."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 eval --model runs/shapes/final --task rec --rows data/held_out.jsonl --images"
          + " data/images \\",
      "             --output held_out.json --html held_out.html",
      "  vlmr1 eval --server http://localhost:8000/v1 --server-model NAME --task rec_baseline"
          + " --rows rows.jsonl",
      "  vlmr1 eval --model DIR --processes 4 --rows rows.jsonl --output result.json"
    })
public final class Eval implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private EngineOptions engine = new EngineOptions();

  @Option(names = "--rows", required = true, paramLabel = "FILE", description = "JSONL or JSON")
  private Path rows = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "folder that image names start from (default: the folder of --rows)")
  private @Nullable Path images;

  @Option(
      names = "--task",
      description = "${COMPLETION-CANDIDATES}: prompt and count (default: ${DEFAULT-VALUE})")
  private EvaluationTask task = EvaluationTask.REC;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "an own prompt; {Question} stands for the question")
  private @Nullable String prompt;

  @Option(names = "--max-rows", description = "at most so many (default: 2000; od: 500)")
  private @Nullable Integer maxRows;

  @Option(
      names = "--max-new-tokens",
      description = "an answer is cut off there (default: 256 for rec and od of Qwen, else 1024)")
  private @Nullable Integer maxNewTokens;

  @Option(names = "--batch", description = "rows answered together (default: ${DEFAULT-VALUE})")
  private int batch = 16;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "so many processes share the rows of a model folder; needs --output (default:"
              + " ${DEFAULT-VALUE})")
  private int processes = 1;

  /** In one of several processes: which rows are its own, as INDEX/OF. */
  @Option(names = EvalProcesses.SHARE, hidden = true)
  private @Nullable String share;

  @Option(names = "--output", paramLabel = "FILE", description = "results as JSON")
  private @Nullable Path output;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "a page with pictures and drawn boxes; needs --output")
  private @Nullable Path html;

  @Override
  public Integer call() {
    if (html != null && output == null) {
      throw new VlmR1Exception(
          ExitCode.USAGE, "--html shows what --output holds; add --output FILE");
    }
    if (processes < 1 || (processes > 1 && (output == null || engine.server != null))) {
      throw new VlmR1Exception(
          ExitCode.USAGE,
          "--processes is for a model folder with --output FILE and at least 1; a server has"
              + " --concurrency");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Path folder = images == null ? Objects.requireNonNull(absolute(rows).getParent()) : images;
    if (share != null) {
      try (OpenModel open = engine.model()) {
        EvaluationRun.Engine model = EvaluationRun.with(open);
        asked(model)
            .answer(
                model, engine.name(), Objects.requireNonNull(output), EvalProcesses.share(share));
      }
      return ExitCode.OK.code();
    }
    if (processes > 1) {
      EvalProcesses.run(
          spec.root().commandLine().getParseResult().originalArgs(),
          processes,
          Objects.requireNonNull(output),
          out);
    }
    if (engine.server != null) {
      return report(out, run(out, engine.serverEngine(), engine.name()), folder);
    }
    try (OpenModel open = engine.model()) {
      return report(out, run(out, EvaluationRun.with(open), engine.name()), folder);
    }
  }

  private Evaluator.Outcome run(PrintWriter out, EvaluationRun.Engine answers, String name) {
    return asked(answers).run(answers, name, output, new RowProgress(out));
  }

  private EvaluationRun asked(EvaluationRun.Engine answers) {
    Path folder = images == null ? Objects.requireNonNull(absolute(rows).getParent()) : images;
    DataSource source =
        new DataSource(
            "rows",
            absolute(rows),
            absolute(folder),
            task.rewardMethod().orElse("default"),
            Sampling.ALL);
    int together =
        answers instanceof ServerEngine server ? server.settings().requests().together() : batch;
    return new EvaluationRun(
        String.valueOf(rows.getFileName()),
        task,
        task.prompt(),
        prompt,
        source,
        new EvaluationRun.Limits(
            Objects.requireNonNullElse(maxRows, task.rows()),
            Objects.requireNonNullElse(maxNewTokens, task.newTokens(answers.modelType())),
            together));
  }

  private int report(PrintWriter out, Evaluator.Outcome outcome, Path folder) {
    for (Map.Entry<String, Double> metric : outcome.metrics().entrySet()) {
      out.printf("%-14s %s%n", metric.getKey(), EvaluationFile.value(metric));
    }
    if (html != null && output != null) {
      ResultPage.write(output, absolute(folder), html);
      out.println("page: " + html.toAbsolutePath().toUri());
    }
    return ExitCode.OK.code();
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
