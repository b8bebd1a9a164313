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
import io.vlmr1.model.WeightNames;
import io.vlmr1.model.WithoutAdapter;
import io.vlmr1.nn.Tuning;
import io.vlmr1.plan.MachineMemory;
import io.vlmr1.plan.ModelSizes;
import io.vlmr1.plan.Plan;
import io.vlmr1.plan.Probe;
import io.vlmr1.plan.Rates;
import io.vlmr1.plan.Workload;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import io.vlmr1.weights.HuggingFaceFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    FULL,
    /** Those that do not fit into --activation-mib. */
    AUTO
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--model",
      description = "folder in Hugging Face layout (default: random weights of --size)")
  private @Nullable Path model;

  @Option(names = "--size", description = "of a model with random weights: 6m, 45m, 150m or 450m")
  private String size = "45m";

  @Option(names = "--lora-rank", description = "train new pairs of this rank; 0: all weights")
  private int loraRank;

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

  @Option(names = "--recompute", description = "gradient checkpointing: none, full or auto")
  private Recompute recompute = Recompute.FULL;

  @Option(names = "--activation-mib", description = "what auto may keep, in MiB")
  private long activationMib = 256;

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

  @Option(names = "--table", description = "print a table for people in place of JSON")
  private boolean table;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (processes > 1 && rank < 0) {
      List<String> all = line().getParseResult().originalArgs();
      List<String> own = all.subList(all.indexOf(line().getCommandName()), all.size());
      line().getOut().println(BenchProcesses.run(own, processes, threads));
      return ExitCode.OK.code();
    }
    if (zero < 0 || zero > 3) {
      throw new VlmR1Exception(ExitCode.USAGE, "--zero " + zero + ": give 0, 1, 2 or 3");
    }
    Natives.load();
    Natives.setThreads(threads);
    int[] sides = sides();
    try (BenchModel folder = model == null ? BenchModel.random(size()) : BenchModel.of(model)) {
      BenchPrompts source = new BenchPrompts(HuggingFaceFolder.config(folder.folder()));
      List<PreparedPrompt> made = new ArrayList<>();
      for (int i = 0; i < prompts; i++) {
        made.add(source.prompt(images, sides[0], sides[1], promptTokens));
      }
      List<int[]> fixed = new ArrayList<>();
      for (int i = 0; i < prompts * group; i++) {
        fixed.add(source.ordinary(completion));
      }
      bench(folder, made, fixed);
      made.forEach(PreparedPrompt::close);
    }
    return ExitCode.OK.code();
  }

  private BenchModel.Size size() {
    try {
      return BenchModel.Size.named(size);
    } catch (IllegalArgumentException e) {
      throw new VlmR1Exception(
          ExitCode.USAGE, "--size " + size + ": give 6m, 45m, 150m or 450m", e);
    }
  }

  private void bench(BenchModel folder, List<PreparedPrompt> made, List<int[]> fixed)
      throws JsonProcessingException {
    boolean needsReference = beta != 0 && work != Work.ROLLOUT;
    boolean trains = work != Work.ROLLOUT;
    Workload planned = workload(folder.folder(), made.get(0));
    Rates rates = Probe.measure(planned);
    Expected expected = new Expected(planned, rates, MachineMemory.runtime() - pictures(made));
    try (Ranks ranks = meet();
        VisionLanguageModel policy =
            trains || zero == 3
                ? folder.policy(dtype, loraRank, tuning -> spread(tuning, ranks))
                : ModelLoader.load(folder.folder(), dtype, false)) {
      VisionLanguageModel reference =
          !needsReference
              ? null
              : loraRank > 0
                  ? new WithoutAdapter(policy)
                  : ModelLoader.load(folder.folder(), dtype, false);
      BenchWork bench =
          new BenchWork(
              policy,
              reference,
              new BenchWork.Shape(completion, group, beta, trains),
              made,
              keep());
      print(measure(bench, ranks, fixed, expected), bench.held());
      if (reference != null) {
        reference.close();
      }
    }
  }

  private static long pictures(List<PreparedPrompt> made) {
    return made.stream()
        .flatMap(prompt -> prompt.images().stream())
        .mapToLong(image -> 4 * image.patches().numel())
        .sum();
  }

  /** What these options ask of a process. */
  private Workload workload(Path folder, PreparedPrompt prompt) {
    boolean trains = work != Work.ROLLOUT;
    WeightNames names = ModelLoader.names(folder);
    Tuning tuning = trains ? BenchModel.tuning(loraRank).apply(names) : Tuning.NONE;
    ModelSizes sizes =
        ModelSizes.of(
            ModelLoader.blueprint(folder), HuggingFaceFolder.config(folder), tuning, dtype, dtype);
    Workload.Batch batch =
        new Workload.Batch(prompts, 1, Workload.Prompt.of(prompt), group, completion);
    int scored = beta != 0 && trains ? 1 : 0;
    Workload.Method method =
        new Workload.Method(
            work != Work.UPDATE, trains, scored, 1, scored > 0 && loraRank == 0, keep().bytes());
    return new Workload(sizes, batch, method, new Workload.Spread(processes, zero));
  }

  private ForwardPass.Keep keep() {
    return switch (recompute) {
      case NONE -> ForwardPass.Keep.ACTIVATIONS;
      case FULL -> ForwardPass.Keep.LAYER_INPUTS;
      case AUTO -> ForwardPass.Keep.within(activationMib << 20);
    };
  }

  /** What trains, spread as asked for; spread weights make a rollout slower, which shows. */
  private Tuning spread(Tuning tuning, Ranks ranks) {
    return ranks.size() == 1
        ? tuning
        : tuning.storedIn(layout -> new ZeroStorage(layout, ranks, zero));
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

  /**
   * What is expected of a run.
   *
   * @param work of a process
   * @param rates of the machine
   * @param runtime bytes of the process before it had a model
   */
  private record Expected(Workload work, Rates rates, long runtime) {}

  private BenchReport measure(BenchWork bench, Ranks ranks, List<int[]> fixed, Expected expected) {
    Natives.trimMemory(); // what measuring the machine has left must not hide what the work takes
    long before = MachineMemory.resident();
    MachineMemory.resetPeak(); // where the kernel does not let it, the peak is that since the start
    List<Double> seconds = new ArrayList<>();
    Map<String, Double> phases = new LinkedHashMap<>();
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
    Plan plan = Plan.of(expected.work(), expected.rates(), expected.runtime());
    return new BenchReport(plan, expected.rates(), seconds, phases, before, MachineMemory.peak());
  }

  private void print(BenchReport report, Map<String, Long> held) throws JsonProcessingException {
    String name = work.name().toLowerCase(Locale.ROOT);
    if (table) {
      report.lines(name).forEach(line().getOut()::println);
      return;
    }
    Map<String, Object> settings = new LinkedHashMap<>(held);
    settings.put("dtype", dtype.name().toLowerCase(Locale.ROOT));
    settings.put("threads", threads);
    settings.put("processes", processes);
    settings.put("zero", zero);
    line().getOut().println(new ObjectMapper().writeValueAsString(report.toMap(name, settings)));
  }
}
