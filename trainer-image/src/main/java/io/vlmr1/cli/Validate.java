package io.vlmr1.cli;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints every problem of a GrpoJob: the list that the operator's Accepted condition shows. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = "Checks a GrpoJob file and lists all its problems, as the operator would.",
    footer = {"", "Example:", "  vlmr1 validate -f examples/shapes/grpojob.yaml"})
final class Validate implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "the GrpoJob's YAML")
  private Path file = Path.of("grpojob.yaml");

  @Override
  public Integer call() {
    GrpoJob job = JobFile.read(file);
    List<Problem> problems = JobRules.problems(job);
    PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    problems.forEach(problem -> out.println(problem));
    if (problems.isEmpty()) {
      out.println(file + " is valid");
      return ExitCode.OK.code();
    }
    out.println(
        file + " has " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
    return ExitCode.BAD_SPEC.code();
  }
}
