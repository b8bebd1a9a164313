package io.vlmr1.cli.evaluation;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.cli.run.Child;
import io.vlmr1.eval.EvaluationRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Processes that answer the rows of an evaluation together: each the same command on a share of the
 * rows. Answers stand beside the result file; what a process answered before a stop is not asked
 * again, by however many processes.
 */
final class EvalProcesses {
  /** The option that makes a command one of them. */
  static final String SHARE = "--share";

  private static final String MAIN = "io.vlmr1.cli.Main";
  private static final long LOOK_MILLISECONDS = 500;

  private EvalProcesses() {}

  /**
   * Runs them to their end.
   *
   * @param command words of the command as it was given, without the program
   * @param output the result file
   * @throws VlmR1Exception with the exit code and the last words of the first that failed
   */
  static void run(List<String> command, int processes, Path output, PrintWriter out) {
    List<Child> children = new ArrayList<>();
    try {
      for (int index = 0; index < processes; index++) {
        children.add(start(command, index, processes, output));
      }
      await(children, output, out);
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.OUTPUT_VOLUME,
          output + ": " + e + "; give the output folder space and write permission",
          e);
    } finally {
      children.forEach(Child::kill); // no more than they are, once they have ended
    }
  }

  /** The share that the option names, as INDEX/OF. */
  static EvaluationRun.Share share(String text) {
    String[] parts = text.split("/", 2);
    return new EvaluationRun.Share(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  private static Child start(List<String> command, int index, int of, Path output)
      throws IOException {
    List<String> words = new ArrayList<>(command);
    words.add(SHARE);
    words.add(index + "/" + of);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / of);
    Path log = output.resolveSibling(output.getFileName() + ".process-" + index + ".log");
    return Child.start(MAIN, words, Map.of("OMP_NUM_THREADS", Integer.toString(threads)), log);
  }

  private static void await(List<Child> children, Path output, PrintWriter out) {
    int told = 0;
    try {
      for (Child child : children) {
        while (!child.await(LOOK_MILLISECONDS)) {
          int answered = EvaluationRun.answered(output);
          if (answered > told) {
            told = answered;
            out.println(answered + " rows answered");
            out.flush();
          }
        }
        if (child.exitCode() != 0) {
          throw new VlmR1Exception(
              ExitCode.of(child.exitCode()).orElse(ExitCode.INTERNAL),
              "a process of the evaluation ended with "
                  + child.exitCode()
                  + ": "
                  + String.join(" ", child.lastLines(3))
                  + " (all of it in "
                  + child.log().orElseThrow()
                  + "); the same command goes on from the answers so far");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VlmR1Exception(
          ExitCode.TERMINATED, "interrupted; the same command goes on from the answers so far", e);
    }
  }
}
