package io.vlmr1.cli;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.model.Blueprint;
import io.vlmr1.model.MemoryNeed;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.nn.Heads;
import io.vlmr1.tensor.Dtype;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a model folder holds and what it takes to run it; its weights are not loaded. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Prints family, sizes, parameters and memory need of a model folder, from its config alone.",
    footer = {"", "Example:", "  vlmr1 inspect models/Qwen2.5-VL-3B-Instruct"})
final class Inspect implements Callable<Integer> {
  private static final double GIB = 1L << 30;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DIR", description = "the model's folder")
  private Path folder = Path.of(".");

  @Override
  public Integer call() {
    Blueprint model = ModelLoader.blueprint(folder);
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    row(out, "family", "%s (%s)".formatted(model.kind().modelType(), model.kind().architecture()));
    row(
        out,
        "language model",
        "%s, vocabulary %d, up to %d positions"
            .formatted(
                sizes(model.language(), "layers"), model.vocabularySize(), model.maxPositions()));
    row(out, "vision tower", sizes(model.vision(), "blocks"));
    long vision = model.parameters(model::isVision);
    long all = model.parameters(name -> true);
    row(
        out,
        "parameters",
        String.format(Locale.ROOT, "%,d (vision %,d, language %,d)", all, vision, all - vision));
    row(out, "memory", "%14s%14s".formatted("float32", "bfloat16"));
    memory(out, model, "  inference", MemoryNeed::inference);
    memory(out, model, "  LoRA, rank " + MemoryNeed.RANK, MemoryNeed::lora);
    memory(out, model, "  full training", MemoryNeed::full);
    out.printf(
        Locale.ROOT,
        "for a prompt of %,d tokens with pictures of %,d patches, and %d completions of %d tokens%n",
        MemoryNeed.PROMPT,
        MemoryNeed.PATCHES,
        MemoryNeed.COMPLETIONS,
        MemoryNeed.COMPLETION);
    return ExitCode.OK.code();
  }

  private static String sizes(Blueprint.Sizes sizes, String what) {
    Heads.Shape shape = sizes.shape();
    return "%d %s, hidden %d, intermediate %d, %d heads (%d for keys) of %d"
        .formatted(
            sizes.layers(),
            what,
            sizes.hidden(),
            sizes.intermediate(),
            shape.heads(),
            shape.keyHeads(),
            shape.width());
  }

  private static void memory(
      PrintWriter out, Blueprint model, String what, ToLongFunction<MemoryNeed> need) {
    row(
        out,
        what,
        String.format(
            Locale.ROOT,
            "%10.1f GiB%10.1f GiB",
            need.applyAsLong(MemoryNeed.of(model, Dtype.FLOAT32)) / GIB,
            need.applyAsLong(MemoryNeed.of(model, Dtype.BFLOAT16)) / GIB));
  }

  private static void row(PrintWriter out, String name, String text) {
    out.println(String.format(Locale.ROOT, "%-16s ", name) + text);
  }
}
