package io.vlmr1.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.dist.Ranks;
import io.vlmr1.dist.Rendezvous;
import io.vlmr1.dist.ZeroStorage;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import io.vlmr1.weights.HuggingFaceFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Times rollout, update or a whole step and prints one JSON object, as the Python peer does for the
 * same options.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Times a rollout, an update or a whole GRPO step on a model folder.",
    footer = {
      "",
      "Example:",
      "  vlmr1 bench --model MODEL --work step --prompt-tokens 460 --completion 100 --group 8"
    })
public final class Bench implements Callable<Integer> {
  /** What is timed. */
  enum Work {
    /** From ids and patches to sampled ids. */
    ROLLOUT,
    /** Log-probabilities, loss, backward, clip, AdamW on given completions. */
    UPDATE,
    /** Both. */
    STEP
  }

  /** Activations that are computed again in backward. */
  enum Recompute {
    /** All are kept. */
    NONE,
    /** Those of each layer. */
    FULL
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--model", required = true, description = "folder in Hugging Face layout")
  private Path model = Path.of(".");

  @Option(names = "--work", description = "rollout, update or step")
  private Work work = Work.STEP;

  @Option(names = "--image", description = "width x height, multiples of 28")
  private String image = "560x420";

  @Option(names = "--images", description = "pictures a prompt")
  private int images = 1;

  @Option(names = "--prompt-tokens", description = "tokens of a prompt, its pictures' included")
  private int promptTokens = 460;

  @Option(names = "--completion", description = "tokens of a completion")
  private int completion = 100;

  @Option(names = "--group", description = "completions a prompt")
  private int group = 8;

  @Option(names = "--prompts", description = "prompts a step")
  private int prompts = 1;

  @Option(names = "--dtype", description = "float32 or bfloat16")
  private Dtype dtype = Dtype.FLOAT32;

  @Option(names = "--recompute", description = "gradient checkpointing: none or full")
  private Recompute recompute = Recompute.FULL;

  @Option(names = "--beta", description = "weight of the KL penalty; not 0: a reference pass")
  private double beta;

  @Option(names = "--threads", description = "compute threads")
  private int threads = 2;

  @Option(
      names = "--processes",
      description = "that train together, each with --threads, --prompts and --group of its own")
  private int processes = 1;

  @Option(
      names = "--zero",
      description =
          "what is spread over the processes: 0 nothing, 1 optimizer state, 2 gradients too, 3 weights too")
  private int zero;

  @Option(names = "--rank", hidden = true, description = "which of the processes this is")
  private int rank = -1;

  @Option(names = "--port", hidden = true, description = "where the processes meet")
  private int port;

  @Option(names = "--warmup", description = "runs that are not counted")
  private int warmup = 1;

  @Option(names = "--repeat", description = "runs that are")
  private int repeat = 3;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (processes > 1 && rank < 0) {
      List<String> all = line().getParseResult().originalArgs();
      List<String> own = all.subList(all.indexOf(line().getCommandName()) + 1, all.size());
      line().getOut().println(BenchProcesses.run(own, processes, threads));
      return ExitCode.OK.code();
    }
    Natives.load();
    Natives.setThreads(threads);
    List<PreparedPrompt> made = new ArrayList<>();
    BenchPrompts source = new BenchPrompts(HuggingFaceFolder.config(model));
    int[] sides = sides();
    for (int i = 0; i < prompts; i++) {
      made.add(source.prompt(images, sides[0], sides[1], promptTokens));
    }
    List<int[]> fixed = new ArrayList<>();
    for (int i = 0; i < prompts * group; i++) {
      fixed.add(source.ordinary(completion));
    }
    boolean needsReference = beta != 0 && work != Work.ROLLOUT;
    try (Ranks ranks = meet();
        VisionLanguageModel policy = ModelLoader.load(model, dtype, names -> tuning(ranks))) {
      VisionLanguageModel reference = needsReference ? ModelLoader.load(model, dtype, false) : null;
      BenchWork bench =
          new BenchWork(
              policy,
              reference,
              new BenchWork.Shape(completion, group, beta),
              made,
              recompute == Recompute.FULL
                  ? ForwardPass.Keep.LAYER_INPUTS
                  : ForwardPass.Keep.ACTIVATIONS);
      print(measure(bench, ranks, fixed));
      if (reference != null) {
        reference.close();
      }
    }
    made.forEach(PreparedPrompt::close);
    return ExitCode.OK.code();
  }

  /** Everything trains, spread as asked for; spread weights make a rollout slower, which shows. */
  private Tuning tuning(Ranks ranks) {
    if (zero < 0 || zero > 3) {
      throw new VlmR1Exception(ExitCode.USAGE, "--zero " + zero + ": give 0, 1, 2 or 3");
    }
    if (work == Work.ROLLOUT && zero < 3) {
      return Tuning.NONE;
    }
    return ranks.size() == 1
        ? Tuning.ALL
        : Tuning.ALL.storedIn(layout -> new ZeroStorage(layout, ranks, zero));
  }

  private Ranks meet() {
    return new Rendezvous(
            "127.0.0.1",
            port,
            Math.max(rank, 0),
            processes,
            Duration.ofMinutes(2),
            Optional.empty())
        .meet();
  }

  private CommandLine line() {
    return Objects.requireNonNull(spec).commandLine();
  }

  private int[] sides() {
    String[] parts = image.split("x", -1);
    try {
      int width = Integer.parseInt(parts[0]);
      int height = Integer.parseInt(parts[1]);
      if (parts.length == 2 && width > 0 && height > 0 && width % 28 == 0 && height % 28 == 0) {
        return new int[] {width, height};
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException error) {
      // said below
    }
    throw new VlmR1Exception(
        ExitCode.USAGE, "--image " + image + ": give width x height, multiples of 28, as 560x420");
  }

  private Map<String, Object> measure(BenchWork bench, Ranks ranks, List<int[]> fixed) {
    long before = PeakMemory.resident();
    List<Double> seconds = new ArrayList<>();
    Map<String, Double> phases = new LinkedHashMap<>();
    long peak;
    try (PeakMemory memory = new PeakMemory()) {
      for (int turn = 0; turn < warmup + repeat; turn++) {
        ranks.barrier();
        long start = System.nanoTime();
        switch (work) {
          case ROLLOUT -> bench.rollout();
          case UPDATE -> bench.update(fixed);
          case STEP -> bench.update(bench.rollout());
        }
        ranks.barrier();
        double taken = (System.nanoTime() - start) / 1e9;
        Map<String, Double> parts = bench.phases();
        if (turn >= warmup) {
          seconds.add(taken);
          phases = parts;
        }
      }
      peak = memory.bytes();
    }
    double median = seconds.stream().sorted().toList().get(seconds.size() / 2);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("work", work.name().toLowerCase(java.util.Locale.ROOT));
    result.put("seconds", seconds);
    result.put("seconds_median", median);
    long tokens = (long) processes * prompts * group * completion;
    result.put("completion_tokens_per_second", tokens / median);
    result.put("rss_before_bytes", before);
    result.put("peak_rss_bytes", peak);
    result.putAll(bench.held());
    result.put("phases", phases);
    result.put("dtype", dtype.name().toLowerCase(java.util.Locale.ROOT));
    result.put("threads", threads);
    result.put("processes", processes);
    result.put("zero", zero);
    return result;
  }

  private void print(Map<String, Object> result) throws JsonProcessingException {
    line().getOut().println(new ObjectMapper().writeValueAsString(result));
  }
}
