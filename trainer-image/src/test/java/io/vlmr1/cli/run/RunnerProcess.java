package io.vlmr1.cli.run;

import io.vlmr1.report.StepConsole;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A local runner of fake workers in a process of its own, to be ended by signals. */
public final class RunnerProcess {
  private RunnerProcess() {}

  public static void main(String[] arguments) throws Exception {
    PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    System.exit(
        LocalRun.run(
            settings(Path.of(arguments[0]), Path.of(arguments[1])), new StepConsole(out, false)));
  }

  static RunSettings settings(Path file, Path output) {
    RunSettings real = RunSettings.of(file, null, output);
    return new RunSettings(real.job(), real.data(), real.output(), FakeWorker.class.getName());
  }
}
