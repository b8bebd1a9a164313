package io.vlmr1.cli.doctor;

import io.vlmr1.api.contract.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Tries what training needs and says what it found; exit code 1 when something needed does not
 * work.
 */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Tries natives, devices, matrix products, precisions, collectives and disk on this machine.",
    footer = {"", "Example:", "  vlmr1 doctor"})
public final class Doctor implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    List<Supplier<Finding>> checks =
        List.of(
            Machine::java,
            Machine::processor,
            Machine::memory,
            Machine::disk,
            Engine::natives,
            Engine::devices,
            Engine::blas,
            Engine::float32,
            Engine::bfloat16,
            Engine::tokenizers,
            Collectives::check);
    boolean works = true;
    for (Supplier<Finding> check : checks) {
      Finding finding = check.get();
      out.println(finding);
      out.flush();
      works &= finding.state() != Finding.State.FAIL;
    }
    out.println(works ? "training can run here" : "training cannot run here: see FAIL above");
    return works ? ExitCode.OK.code() : ExitCode.INTERNAL.code();
  }
}
