package io.vlmr1.cli.evaluation;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.cli.run.EvaluationFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Two result files side by side. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Puts two result files of vlmr1 eval side by side: metrics, and rows with drawn boxes.",
    footer = {
      "",
      "Example:",
      "  vlmr1 compare base.json trained.json --images DIR --html compare.html"
    })
public final class Compare implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FIRST", description = "a result file")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "SECOND", description = "another of the same rows")
  private Path second = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "folder that image names start from (default: this folder)")
  private Path images = Path.of("");

  @Option(names = "--html", paramLabel = "FILE", description = "a page of the rows")
  private @Nullable Path html;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Map<String, Double> one = EvaluationFile.metrics(first);
    Map<String, Double> other = EvaluationFile.metrics(second);
    Set<String> names = new LinkedHashSet<>(one.keySet());
    names.addAll(other.keySet());
    out.printf("%-14s %12s %12s %12s%n", "", "first", "second", "difference");
    for (String name : names) {
      Double a = one.get(name);
      Double b = other.get(name);
      out.printf(
          "%-14s %12s %12s %12s%n",
          name, word(a), word(b), a == null || b == null ? "" : word(b - a));
    }
    if (html != null) {
      ResultPage.compare(first, second, images.toAbsolutePath().normalize(), html);
      out.println("page: " + html.toAbsolutePath().toUri());
    }
    return ExitCode.OK.code();
  }

  private static String word(@Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.4f", value);
  }
}
