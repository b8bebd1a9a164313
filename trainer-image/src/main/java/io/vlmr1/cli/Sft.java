package io.vlmr1.cli;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.cli.run.JobOptions;
import io.vlmr1.cli.run.RunSettings;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Supervised fine-tuning: `run` for a job whose method is SFT. */
@Command(
    name = "sft",
    mixinStandardHelpOptions = true,
    description = {
      "Fine-tunes a model on the answers of the data (the column completion, else the solution).",
      "The file is a GrpoJob with method: SFT; everything else is as in vlmr1 run."
    },
    footer = {"", "Example:", "  vlmr1 sft -f examples/shapes/sft.yaml --output runs/shapes-sft"})
final class Sft implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private JobOptions job = new JobOptions();

  @Option(names = "--output", paramLabel = "DIR", description = "as in vlmr1 run")
  private @Nullable Path output;

  @Override
  public Integer call() throws Exception {
    RunSettings asked = job.settings(output);
    if (asked.spec().method() != Method.SFT) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          job.file()
              + ": spec.method: "
              + asked.spec().method()
              + " is not SFT; set it to SFT, or use vlmr1 run");
    }
    return Run.train(asked, Objects.requireNonNull(spec));
  }
}
