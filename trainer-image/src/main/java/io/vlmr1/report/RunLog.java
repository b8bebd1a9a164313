package io.vlmr1.report;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that rank 0 tells the outside of a training: metrics.jsonl, completions.jsonl,
 * TensorBoard, progress.json and the HTTP answers. One thread writes.
 */
public final class RunLog implements AutoCloseable {
  private final OutputLayout output;
  private final MetricsLog metrics;
  private final CompletionsLog completions;
  private final TensorBoardWriter tensorboard;
  private final ProgressServer server;
  private final List<MetricsSink> sinks = new ArrayList<>();

  private RunLog(
      OutputLayout output,
      MetricsLog metrics,
      CompletionsLog completions,
      TensorBoardWriter tensorboard,
      ProgressServer server) {
    this.output = output;
    this.metrics = metrics;
    this.completions = completions;
    this.tensorboard = tensorboard;
    this.server = server;
  }

  /**
   * Opens all of it. Steps after the checkpoint from which the run goes on are dropped.
   *
   * @param lastStep that checkpoint's step; 0 starts over
   * @param port of the HTTP answers; 0 takes a free one
   * @throws VlmR1Exception OUTPUT_VOLUME or ADDRESS_IN_USE
   */
  public static RunLog open(OutputLayout output, int lastStep, int port) {
    ProgressServer server = ProgressServer.start(port); // first: it may fail without leaving files
    return new RunLog(
        output,
        MetricsLog.open(output.metrics(), lastStep),
        CompletionsLog.open(output.completions(), lastStep, CompletionsLog.DEFAULT_BYTES),
        TensorBoardWriter.open(output.tensorboard(), lastStep, Clock.systemUTC()),
        server);
  }

  /** Tells steps to others too; they are closed with this log. */
  public RunLog with(List<MetricsSink> others) {
    sinks.addAll(others);
    return this;
  }

  /** Tells a finished step. */
  public void step(int step, Map<String, Double> values) {
    metrics.write(step, values);
    sinks.forEach(sink -> sink.step(step, values));
    tensorboard.write(step, values);
    server.publish(step, values);
  }

  /** Tells what the model wrote in a step. */
  public void completions(List<CompletionsLog.Entry> entries) {
    completions.write(entries);
  }

  /** Tells how far the training is: progress.json and `/progress`. */
  public void progress(Progress now) {
    server.publish(now);
    Path partial = output.root().resolve(".progress.json.partial");
    try {
      Files.writeString(partial, now.toJson());
      Files.move(
          partial,
          output.progress(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.OUTPUT_VOLUME,
          output.progress() + ": " + e + "; give the output volume space and write permission",
          e);
    }
  }

  /** The port of the HTTP answers. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    sinks.forEach(MetricsSink::close);
    server.close();
    tensorboard.close();
    completions.close();
    metrics.close();
  }
}
