package io.vlmr1.cli;

import io.vlmr1.model.AdapterMerge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes one model of a model and its adapter. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    description = {
      "Adds a LoRA adapter to a model's weights and writes the sum as a model folder,",
      "which needs no adapter and opens in transformers and vLLM."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 merge --model models/Qwen2.5-VL-3B-Instruct --adapter runs/rec/final --output merged"
    })
final class Merge implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"--model", "--base"},
      required = true,
      paramLabel = "DIR",
      description = "the model that the adapter was made for")
  private Path model = Path.of("");

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "adapter_config.json and adapter_model.safetensors, as peft saves them")
  private Path adapter = Path.of("");

  @Option(names = "--output", required = true, paramLabel = "DIR", description = "is made")
  private Path output = Path.of("");

  @Override
  public Integer call() throws IOException {
    AdapterMerge.write(model, adapter, output);
    Objects.requireNonNull(spec).commandLine().getOut().println("merged model: " + output);
    return 0;
  }
}
