package io.vlmr1.cli.evaluation;

import io.vlmr1.eval.EvaluationRun;
import java.io.PrintWriter;

/** A line for each tenth of an evaluation. */
final class RowProgress implements EvaluationRun.Progress {
  private static final int LINES = 10;

  private final PrintWriter out;
  private int told;

  RowProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void done(int rows, int of) {
    int tenths = rows * LINES / of;
    if (tenths > told) {
      told = tenths;
      out.println("row " + rows + "/" + of);
      out.flush();
    }
  }
}
