package io.vlmr1.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.Row;
import io.vlmr1.reward.Completion;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Rewards;
import io.vlmr1.reward.Score;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Scores completions that lie in a file, as training would. */
@Command(
    name = "reward",
    mixinStandardHelpOptions = true,
    description = {
      "Scores a file of completions with the rewards of a job.",
      "A line of the input is {\"text\": …, \"truth\": …} with, if wanted, \"problem\", \"method\","
          + " \"tokens\", \"width\", \"height\", \"inputWidth\", \"inputHeight\" and columns."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 reward completions.jsonl --reward accuracy --method math_equal --output scored.jsonl"
    })
final class RewardCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 64;

  @Spec private @Nullable CommandSpec spec;

  @picocli.CommandLine.Parameters(paramLabel = "FILE", description = "completions, one a line")
  private Path file = Path.of("completions.jsonl");

  @Option(
      names = {"-f", "--job"},
      paramLabel = "JOB",
      description = "a GrpoJob's YAML: its rewards, weights and task")
  private @Nullable Path job;

  @Option(
      names = "--reward",
      paramLabel = "NAME",
      description = "without a job: which rewards (default: accuracy, format)")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = "the accuracy's method for lines that name none (default: default)")
  private String method = "default";

  @Option(
      names = "--parity",
      description = "without a job: as VLM-R1's code scores, faults included")
  private boolean parity;

  @Option(
      names = "--model-type",
      paramLabel = "TYPE",
      description = "model_type of config.json: how boxes are read (default: qwen2_5_vl)")
  private String modelType = "qwen2_5_vl";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "scores and reasons, one line a completion")
  private @Nullable Path output;

  @Override
  public Integer call() throws IOException {
    Task task = job == null ? Task.DEFAULT : JobFile.read(job).getSpec().data().task();
    List<RewardSpec> specs = job == null ? plain() : JobFile.read(job).getSpec().rewards();
    Rewards rewards = Rewards.of(specs, new RewardContext(task, modelType).with(System.getenv()));
    Table table = new Table(rewards);
    try (BufferedReader lines = Files.newBufferedReader(file);
        PrintWriter scored = writer()) {
      List<Completion> batch = new ArrayList<>();
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          batch.add(completion(line, number));
        }
        if (batch.size() == BATCH) {
          table.score(batch, scored);
          batch.clear();
        }
      }
      table.score(batch, scored);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_DATA, e.getMessage() + " is not there; name a file of completions", e);
    }
    table.print(Objects.requireNonNull(spec).commandLine().getOut());
    return ExitCode.OK.code();
  }

  private List<RewardSpec> plain() {
    List<String> asked = names.isEmpty() ? List.of("accuracy", "format") : names;
    List<RewardSpec> specs = new ArrayList<>();
    for (String name : asked) {
      specs.add(new RewardSpec(name, 1.0, null, null, parity, null, null, null, 30.0, 2, null));
    }
    return specs;
  }

  private PrintWriter writer() throws IOException {
    // by its charset a writer replaces half a surrogate pair, where an encoder's would stop there
    return output == null
        ? new PrintWriter(Writer.nullWriter())
        : new PrintWriter(output.toFile(), StandardCharsets.UTF_8);
  }

  private Completion completion(String line, int number) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_DATA, file + ":" + number + ": no JSON: " + e.getOriginalMessage(), e);
    }
    if (!node.path("text").isTextual() || node.path("truth").isMissingNode()) {
      throw new VlmR1Exception(
          ExitCode.BAD_DATA,
          file + ":" + number + ": no \"text\" or no \"truth\"; give both, as texts");
    }
    JsonNode given = node.get("truth");
    String truth = given.isTextual() ? given.textValue() : given.toString();
    String tagged = truth.contains("<answer>") ? truth : "<answer> " + truth + " </answer>";
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    node.path("columns")
        .properties()
        .forEach(
            field ->
                columns.put(field.getKey(), JSON.convertValue(field.getValue(), Object.class)));
    Row row =
        new Row(
            file,
            number,
            node.path("id").asText(""),
            node.path("problem").asText(""),
            tagged,
            List.of(),
            node.path("method").asText(method),
            columns);
    String text = node.get("text").textValue();
    return new Completion(text, node.path("tokens").asInt(0), row, pictures(node));
  }

  private static List<Completion.PictureSize> pictures(JsonNode node) {
    int width = node.path("width").asInt(0);
    int height = node.path("height").asInt(0);
    return width == 0
        ? List.of()
        : List.of(
            new Completion.PictureSize(
                width,
                height,
                node.path("inputWidth").asInt(width),
                node.path("inputHeight").asInt(height)));
  }

  /** Scores as lines, and what they come to. */
  private static final class Table {
    private final Rewards rewards;
    private final double[] sums;
    private final int[] counts;
    private final int[] failures;
    private int completions;

    Table(Rewards rewards) {
      this.rewards = rewards;
      int width = rewards.rewards().size();
      this.sums = new double[width];
      this.counts = new int[width];
      this.failures = new int[width];
    }

    void score(List<Completion> batch, PrintWriter out) {
      List<List<Score>> columns =
          rewards.rewards().stream().map(reward -> reward.scores(batch)).toList();
      for (int i = 0; i < batch.size(); i++) {
        ObjectNode line = JSON.createObjectNode();
        line.put("line", batch.get(i).row().line());
        double total = 0;
        for (int k = 0; k < columns.size(); k++) {
          Score score = columns.get(k).get(i);
          ObjectNode said = line.putObject(rewards.rewards().get(k).name());
          if (score.value().isPresent()) {
            sums[k] += score.value().getAsDouble();
            counts[k]++;
            total += rewards.weights()[k] * score.value().getAsDouble();
            said.put("score", score.value().getAsDouble());
          } else {
            said.putNull("score");
          }
          said.put("reason", score.reason());
          failures[k] += score.failed() ? 1 : 0;
        }
        line.put("total", total);
        out.println(line);
        completions++;
      }
    }

    void print(PrintWriter out) {
      out.printf(Locale.ROOT, "%-20s %8s %8s %8s%n", "reward", "scored", "mean", "failed");
      for (int k = 0; k < sums.length; k++) {
        out.printf(
            Locale.ROOT,
            "%-20s %8d %8.4f %8d%n",
            rewards.rewards().get(k).name(),
            counts[k],
            counts[k] == 0 ? 0 : sums[k] / counts[k],
            failures[k]);
      }
      out.println(completions + " completions");
      out.flush();
    }
  }
}
