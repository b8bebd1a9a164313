package io.vlmr1.report;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Steps of a training for a person to watch: a bar in a terminal, a line now and then in a log. */
public final class StepConsole implements AutoCloseable {
  private static final int LINES = 50;

  private final PrintWriter out;
  private final boolean terminal;
  private @Nullable ProgressBar bar;
  private int lastLine;

  /**
   * @param out gets the plain lines
   * @param terminal whether a person watches: then standard error gets a bar in place of lines
   */
  public StepConsole(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Whether the launcher found a terminal. */
  public static boolean onTerminal() {
    return Boolean.getBoolean("vlmr1.terminal");
  }

  /** Shows a step of so many. In a log: the first, the last and about fifty between them. */
  public void step(MetricsLog.Step step, int maxSteps) {
    if (terminal) {
      bar(maxSteps).stepTo(step.step()).setExtraMessage(" " + words(step.metrics()));
      return;
    }
    int stride = Math.max(1, maxSteps / LINES);
    if (step.step() == 1 || step.step() >= maxSteps || step.step() - lastLine >= stride) {
      lastLine = step.step();
      line("step " + step.step() + "/" + maxSteps + "  " + words(step.metrics()));
    }
  }

  /** A line of its own; a bar goes on below it. */
  public void line(String text) {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    out.println(text);
    out.flush();
  }

  /** After a restart steps come again: they are shown again. */
  public void restart() {
    lastLine = 0;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  private ProgressBar bar(int maxSteps) {
    ProgressBar known = bar;
    if (known == null) {
      known =
          new ProgressBarBuilder()
              .setTaskName("step")
              .setInitialMax(maxSteps)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .setUpdateIntervalMillis(500)
              .build();
      bar = known;
    }
    known.maxHint(maxSteps);
    return known;
  }

  private static String words(Map<String, Double> metrics) {
    StringBuilder words = new StringBuilder();
    append(words, "reward", metrics.get("reward"), "%.3f");
    append(words, "loss", metrics.get("loss"), "%.4f");
    append(words, "kl", metrics.get("kl"), "%.4f");
    append(words, "length", metrics.get("completions/mean_length"), "%.0f");
    append(words, "s/step", metrics.get("step_time"), "%.2f");
    return words.toString();
  }

  private static void append(
      StringBuilder words, String name, @Nullable Double value, String format) {
    if (value != null) {
      words
          .append(words.length() == 0 ? "" : "  ")
          .append(name)
          .append(' ')
          .append(String.format(Locale.ROOT, format, value));
    }
  }
}
