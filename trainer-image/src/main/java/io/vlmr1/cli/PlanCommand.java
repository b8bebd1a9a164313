package io.vlmr1.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.cli.run.JobOptions;
import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.cli.worker.JobRows;
import io.vlmr1.cli.worker.JobWorkload;
import io.vlmr1.model.StartingModel;
import io.vlmr1.plan.Alternatives;
import io.vlmr1.plan.Alternatives.Alternative;
import io.vlmr1.plan.MachineMemory;
import io.vlmr1.plan.Plan;
import io.vlmr1.plan.PlanTable;
import io.vlmr1.plan.Probe;
import io.vlmr1.plan.Rates;
import io.vlmr1.plan.Workload;
import io.vlmr1.tensor.Natives;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Predicts what a job will take of each process before it runs, and what else would fit. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Predicts memory of a process part by part and time of a step, and says what would fit.",
      "Rates are measured here in two seconds, unless they are given; completions are counted at"
          + " their full length."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 plan -f examples/shapes/grpojob.yaml --data DATA",
      "  vlmr1 plan -f grpojob.yaml --data MODELS --prompt-tokens 1024 --image 756x756 --memory 24Gi"
    })
final class PlanCommand implements Callable<Integer> {
  private static final int PATCH = 14;
  private static final int MERGED = 4;
  private static final int PATCH_NUMBERS = 1176;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private JobOptions options = new JobOptions();

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "length of a prompt (default: the longest of some of the job's rows)")
  private int promptTokens;

  @Option(
      names = "--image",
      paramLabel = "WxH",
      description = "size of each picture with --prompt-tokens (default: ${DEFAULT-VALUE})")
  private String image = "560x420";

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "pictures a prompt with --prompt-tokens (default: ${DEFAULT-VALUE})")
  private int images = 1;

  @Option(
      names = "--completion",
      paramLabel = "N",
      description = "tokens of a completion (default: spec.grpo.maxCompletionTokens)")
  private int completion;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "what a process may take, such as 24Gi (default: spec.workers.resources.limits.memory,"
              + " else what this machine has left)")
  private @Nullable String memory;

  @Option(
      names = "--gflops",
      paramLabel = "N",
      description = "10^9 operations a second of a product (default: measured)")
  private double gflops;

  @Option(
      names = "--memory-gbps",
      paramLabel = "N",
      description = "10^9 bytes a second of memory (default: measured)")
  private double memoryGbps;

  @Option(
      names = "--network-gbps",
      paramLabel = "N",
      description = "10^9 bytes a second between processes (default: a guess from memory's)")
  private double networkGbps;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    RunSettings settings = options.settings(null);
    GrpoJobSpec job = settings.spec();
    Natives.load();
    int processes = job.worldSize();
    Natives.setThreads(settings.threads(processes));
    Workload.Prompt prompt =
        promptTokens > 0
            ? given()
            : JobRows.longestPrompt(settings.job(), settings.data(), settings.output());
    Workload asked =
        JobWorkload.of(
            job,
            StartingModel.folder(job, settings.data()),
            prompt,
            processes,
            completion > 0 ? completion : job.grpo().maxCompletionTokens());
    Rates rates = Probe.measure(asked).given(gflops * 1e9, memoryGbps * 1e9, networkGbps * 1e9);
    long runtime = MachineMemory.runtime();
    Workload work = asked.keeping(JobWorkload.activationBytes(job, asked, runtime, processes));
    Plan plan = Plan.of(work, rates, runtime);
    long limit = limit(job, processes);
    Alternatives alternatives = new Alternatives(plan, rates, limit);
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(map(plan, alternatives, limit)));
    } else {
      PlanTable.lines(plan).forEach(out::println);
      PlanTable.lines(alternatives.all(), limit).forEach(out::println);
      out.println(words(alternatives));
    }
    return ExitCode.OK.code();
  }

  private Workload.Prompt given() {
    String[] sides = image.split("x", -1);
    try {
      int patches =
          images * (Integer.parseInt(sides[0]) / PATCH) * (Integer.parseInt(sides[1]) / PATCH);
      return new Workload.Prompt(promptTokens, images, patches, patches / MERGED, PATCH_NUMBERS);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new VlmR1Exception(
          ExitCode.USAGE, "--image " + image + ": give width x height, as 560x420", e);
    }
  }

  private long limit(GrpoJobSpec job, int processes) {
    if (memory != null) {
      return bytes(new Quantity(memory));
    }
    ResourceRequirements resources = job.workers().resources();
    Map<String, Quantity> limits = resources == null ? null : resources.getLimits();
    Quantity declared = limits == null ? null : limits.get("memory");
    return declared == null ? MachineMemory.left() / processes : bytes(declared);
  }

  private static long bytes(Quantity size) {
    try {
      return size.getNumericalAmount().longValue();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new VlmR1Exception(ExitCode.USAGE, "--memory " + size + ": write it as 24Gi", e);
    }
  }

  private static String words(Alternatives alternatives) {
    return alternatives
        .suggestion()
        .map(
            best ->
                best.settings().equals(Alternatives.AS_SET)
                    ? "it fits as it is set"
                    : "suggested: " + best.settings())
        .orElse("nothing here fits: take a smaller model, shorter prompts, or more memory");
  }

  private static Map<String, Object> map(Plan plan, Alternatives alternatives, long limit) {
    Map<String, Object> all = plan.toMap();
    all.put("limit_bytes", limit);
    List<Map<String, Object>> others = new ArrayList<>();
    for (Alternative each : alternatives.all()) {
      Map<String, Object> other = new LinkedHashMap<>();
      other.put("settings", each.settings());
      other.put("exact", each.exact());
      other.put("fits", each.fits());
      other.put("peak_bytes", each.plan().memory().peak());
      other.put("seconds", each.plan().time().seconds());
      others.add(other);
    }
    all.put("alternatives", others);
    all.put("suggestion", words(alternatives));
    return all;
  }
}
