package io.vlmr1.cli.data;

import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.cli.worker.JobRows;
import io.vlmr1.data.DataScan;
import io.vlmr1.data.DataSet;
import io.vlmr1.data.Row;
import io.vlmr1.report.html.CardPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A page of sample rows. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description =
        "Writes an HTML page of rows from all over the data: picture, the prompt as the model gets"
            + " it, truth.",
    footer = {"", "Example:", "  vlmr1 data show -f grpojob.yaml --data DIR --html samples.html"})
final class DataShow implements Callable<Integer> {
  private static final String NUMBER = "\\s*(-?\\d+(?:\\.\\d+)?)\\s*";
  private static final Pattern BOX =
      Pattern.compile("\\[" + NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER + "\\]");

  @Spec private @Nullable CommandSpec spec;
  @Mixin private DataOptions job = new DataOptions();

  @Option(names = "--samples", description = "how many rows (default: ${DEFAULT-VALUE})")
  private int samples = 24;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "the page (default: ${DEFAULT-VALUE})")
  private Path html = Path.of("samples.html");

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    RunSettings settings = job.settings();
    try (JobRows rows = DataOptions.open(settings)) {
      DataSet data =
          DataSet.read(
              rows.sources(DataOptions.all(settings)),
              rows.scan(true, DataScan.Listener.NONE),
              settings.spec().training().seed());
      List<CardPage.Card> cards = new ArrayList<>();
      int count = Math.min(samples, data.size());
      for (int i = 0; i < count; i++) {
        Row row = data.row((int) ((long) i * data.size() / count));
        cards.add(card(rows, row));
      }
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("rows", Integer.toString(data.size()));
      facts.put("dropped", Integer.toString(data.dropped()));
      data.hashes().forEach((file, hash) -> facts.put(file.toString(), "sha256 " + hash));
      CardPage.write(html, "Samples of the data", Map.of("truth", "truth"), facts, cards);
      out.println(count + " of " + data.size() + " rows: " + html.toAbsolutePath().toUri());
    }
    return 0;
  }

  private static CardPage.Card card(JobRows rows, Row row) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", rows.prompt(row));
    texts.put("truth", row.solution());
    texts.put("reward method", row.rewardMethod());
    texts.put("other columns", row.columns().toString());
    return new CardPage.Card(
        row.place(), row.images(), Map.of("truth", boxes(row.solution())), texts);
  }

  private static List<List<Double>> boxes(String solution) {
    List<List<Double>> boxes = new ArrayList<>();
    Matcher found = BOX.matcher(solution);
    while (found.find()) {
      List<Double> corners = new ArrayList<>();
      for (int i = 1; i <= 4; i++) {
        corners.add(Double.valueOf(found.group(i)));
      }
      boxes.add(corners);
    }
    return boxes;
  }
}
