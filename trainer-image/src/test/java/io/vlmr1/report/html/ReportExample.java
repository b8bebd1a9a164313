package io.vlmr1.report.html;

import io.vlmr1.report.CompletionsLog.Entry;
import io.vlmr1.report.CompletionsLog.Judgement;
import io.vlmr1.report.html.ReportContent.Chart;
import io.vlmr1.report.html.ReportContent.Picture;
import io.vlmr1.report.html.ReportContent.Point;
import io.vlmr1.report.html.ReportContent.Series;
import io.vlmr1.report.html.ReportContent.Table;
import io.vlmr1.report.html.ReportContent.Tile;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** A report with everything in it; also what one looks at while working on its form. */
final class ReportExample {
  private ReportExample() {}

  static ReportContent content(Path folder) throws IOException {
    return new ReportContent(
        "GRPO on shapes",
        "A Qwen2.5-VL of 4 million parameters learned to point at shapes: by SFT first, then by GRPO with 2 workers.",
        List.of(
            new Tile("Held-out accuracy", "58.0 %", "42.0 % before GRPO (+16.0 points)"),
            new Tile("GRPO", "200 steps", "1 min 40 s, 2 workers")),
        List.of(
            new Table(
                "Before and after",
                List.of("pictures", "after SFT start", "after GRPO", "change"),
                List.of(
                    List.of("held-out: accuracy", "42.0 %", "58.0 %", "+16.0"),
                    List.of("held-out: IoU", "0.431", "0.527", "+0.096")),
                "200 pictures each; accuracy = share with IoU > 0.5")),
        charts(),
        pictures(folder),
        completions(),
        new TreeMap<>(Map.of("seed", "42", "java", "17.0.15", "pytorch", "2.10.0")),
        "apiVersion: training.vlmr1.io/v1alpha1\nkind: GrpoJob\n");
  }

  private static List<Picture> pictures(Path folder) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      BufferedImage image = new BufferedImage(112, 112, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, 112, 112);
      graphics.setColor(Color.RED);
      graphics.fillOval(20 + i, 30, 40, 40);
      graphics.dispose();
      Path file = folder.resolve(i + ".png");
      ImageIO.write(image, "png", file.toFile());
      pictures.add(
          new Picture(
              file,
              "the small red circle left of the square",
              List.of(20.0 + i, 30.0, 60.0 + i, 70.0),
              List.of(5.0, 12.0, 45.0, 80.0),
              List.of(22.0, 31.0, 61.0, 69.0),
              "IoU 0.41 → 0.93"));
    }
    return pictures;
  }

  private static List<Entry> completions() {
    List<Entry> completions = new ArrayList<>();
    for (int step = 1; step <= 10; step++) {
      for (int i = 0; i < 4; i++) {
        String text =
            "<think> left of the square </think><answer>{\"bbox_2d\": [20, 30, 60, 70]}</answer>"
                + "<script>alert(1)</script>";
        completions.add(
            new Entry(
                step,
                "row",
                "Where is the red circle?",
                "[20, 30, 60, 70]",
                text,
                new TreeMap<>(
                    Map.of(
                        "accuracy", new Judgement(0.9 - i * 0.1, "IoU of [20, 30, 60, 70]"),
                        "format", new Judgement(1.0, "as asked"))),
                1.9 - i * 0.1,
                1.2 - i * 0.8));
      }
    }
    return completions;
  }

  private static List<Chart> charts() {
    Random random = new Random(3);
    List<Point> reward = new ArrayList<>();
    List<Point> kl = new ArrayList<>();
    for (int step = 1; step <= 200; step++) {
      reward.add(new Point(step, 1.2 + 0.5 * step / 200 + random.nextGaussian() * 0.1));
      kl.add(new Point(step, 0.0004 * step));
    }
    List<Point> grpo = List.of(new Point(0, 0.42), new Point(100, 0.51), new Point(200, 0.58));
    List<Point> sft = List.of(new Point(0, 0.42), new Point(100, 0.43), new Point(200, 0.44));
    return List.of(
        new Chart("Reward", "mean of a step", List.of(new Series("GRPO", reward, true))),
        new Chart("KL", "nats a token", List.of(new Series("GRPO", kl, true))),
        new Chart(
            "Held-out accuracy",
            "share with IoU > 0.5",
            List.of(new Series("GRPO", grpo, false), new Series("SFT going on", sft, false))));
  }
}
