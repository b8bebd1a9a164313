package io.vlmr1.cli.data;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.cli.worker.JobRows;
import io.vlmr1.data.DataScan;
import io.vlmr1.data.DataSet;
import io.vlmr1.report.StepConsole;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads every row of a job and lists every fault. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Reads every row and every picture's header, on all cores, and lists every fault with file"
          + " and line.",
      "What it learns is kept in the output folder: training does not look again at files that are"
          + " the same."
    },
    footer = {"", "Example:", "  vlmr1 data check -f grpojob.yaml --data DIR --output OUT"})
final class DataCheck implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private DataOptions job = new DataOptions();

  @Option(names = "--strict", description = "what is only noted is a fault too")
  private boolean strict;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    RunSettings settings = job.settings();
    try (JobRows rows = DataOptions.open(settings);
        Telling telling = new Telling(out)) {
      DataScan scan = rows.scan(false, telling);
      try {
        DataSet data =
            DataSet.read(
                rows.sources(DataOptions.all(settings)), scan, settings.spec().training().seed());
        telling.end();
        out.println(
            data.size()
                + " rows to train on and validate with, "
                + data.dropped()
                + " dropped for their prompt's length, "
                + telling.notes
                + " notes, no faults");
        return strict && telling.notes > 0 ? ExitCode.BAD_DATA.code() : ExitCode.OK.code();
      } catch (VlmR1Exception e) {
        telling.end();
        if (telling.faults == 0) {
          throw e; // it concerns no row
        }
        out.println(telling.faults + " faults, " + telling.notes + " notes");
        return e.exitCode().code();
      }
    }
  }

  /** Prints faults as they are found, and how far it is. */
  private static final class Telling implements DataScan.Listener, AutoCloseable {
    private final PrintWriter out;
    private @Nullable ProgressBar bar;
    private @Nullable Path current;
    private long faults;
    private long notes;

    Telling(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void fault(String fault) {
      faults++;
      out.println(fault);
    }

    @Override
    public void note(String note) {
      notes++;
      out.println("note: " + note);
    }

    @Override
    public void progress(Path file, long rows, long bytes, long of) {
      if (!StepConsole.onTerminal()) {
        return;
      }
      if (!file.equals(current)) {
        end();
        current = file;
        bar =
            new ProgressBarBuilder()
                .setTaskName(String.valueOf(file.getFileName()))
                .setInitialMax(of)
                .setUnit(" MB", 1_000_000)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build();
      }
      if (bar != null) {
        bar.stepTo(bytes).setExtraMessage(" " + rows + " rows");
      }
    }

    void end() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }

    @Override
    public void close() {
      end();
      out.flush();
    }
  }
}
