package io.vlmr1.cli.quickstart;

import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Sampling;
import io.vlmr1.eval.EvaluationRun;
import io.vlmr1.eval.Evaluator;
import io.vlmr1.eval.OpenModel;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.report.html.ReportContent.Point;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Held-out accuracy of each new checkpoint of a training, measured beside it on a thread of its
 * own.
 */
final class HeldOutCurve implements AutoCloseable {
  private static final int MAX_NEW_TOKENS = 48;
  private static final int BATCH = 25;

  private final OutputLayout output;
  private final EvaluationRun evaluation;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(HeldOutCurve::daemon);
  private final List<Point> points = new ArrayList<>();
  private int lastStep;
  private @Nullable Future<Point> running;

  /**
   * A curve without points.
   *
   * @param output of the training
   * @param data root of the example
   * @param rows of the held-out set that count
   */
  HeldOutCurve(OutputLayout output, Path data, int rows) {
    this.output = output;
    this.evaluation =
        new EvaluationRun(
            "held-out",
            Task.REC,
            ExampleJob.promptTemplate(),
            new DataSource(
                "held-out",
                data.resolve("held_out.jsonl"),
                data.resolve("images"),
                "default",
                Sampling.parse("all")),
            new EvaluationRun.Limits(rows, MAX_NEW_TOKENS, BATCH));
  }

  /** Measures a folder now and makes it the point of a step. */
  Point measure(Path folder, int step) {
    try (OpenModel model =
        OpenModel.load(
            new OpenModel.Files(folder, null),
            Dtype.FLOAT32,
            new PixelLimits(null, null),
            ImageReader.MAX_PIXELS)) {
      Natives.setThreads(1); // the workers have the cores
      Evaluator.Outcome outcome = evaluation.run(model, "", null, (done, of) -> {});
      return new Point(step, Objects.requireNonNull(outcome.metrics().get("accuracy")));
    }
  }

  void add(Point point) {
    points.add(point);
  }

  /** Looks whether a measurement has ended or a new checkpoint waits for one; the new points. */
  List<Point> look() {
    Future<Point> now = running;
    List<Point> fresh = new ArrayList<>();
    if (now != null && now.isDone()) {
      running = null;
      try {
        fresh.add(now.get());
      } catch (Exception e) {
        // the checkpoint was rotated away while it was read: the next one will do
      }
      points.addAll(fresh);
    }
    int newest = newest(output);
    if (running == null && newest > lastStep) {
      lastStep = newest;
      running = thread.submit(() -> measure(output.checkpoint(newest), newest));
    }
    return fresh;
  }

  List<Point> points() {
    return List.copyOf(points);
  }

  /** Step of the newest whole checkpoint; 0 when there is none. */
  static int newest(OutputLayout output) {
    File[] folders = output.checkpoints().toFile().listFiles();
    int newest = 0;
    for (File folder : folders == null ? new File[0] : folders) {
      if (folder.getName().matches("checkpoint-\\d{1,9}")
          && Files.exists(folder.toPath().resolve("config.json"))) {
        newest =
            Math.max(newest, Integer.parseInt(folder.getName().substring("checkpoint-".length())));
      }
    }
    return newest;
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "held-out-curve");
    thread.setDaemon(true);
    return thread;
  }
}
