package io.vlmr1.report.html;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  @TempDir Path folder;

  @Test
  void needsNothingFromOutside() throws IOException {
    String html = HtmlReport.html(example(folder));
    Matcher links = Pattern.compile("(?:src|href)=\"([^\"]*)\"|url\\(([^)]*)\\)").matcher(html);
    int count = 0;
    while (links.find()) {
      assertThat(links.group(1)).startsWith("data:image/");
      count++;
    }
    assertThat(count).isEqualTo(8);
    assertThat(html).doesNotContain("<link").doesNotContain("@import");
  }

  @Test
  void showsWhatAModelWroteAsTextAndNotAsMarkup() throws IOException {
    assertThat(HtmlReport.html(example(folder)))
        .contains("&lt;think&gt;")
        .doesNotContain("<think>")
        .doesNotContain("<script>alert");
  }

  @Test
  void closesEveryElementThatItOpens() throws IOException {
    String html = HtmlReport.html(example(folder));
    for (String tag :
        List.of("section", "div", "figure", "svg", "table", "tr", "td", "th", "details", "main")) {
      assertThat(count(html, "<" + tag + "[ >]")).as(tag).isEqualTo(count(html, "</" + tag + ">"));
    }
  }

  @Test
  void drawsTheTrueAndThePredictedBoxInThePicturesOwnPixels() throws IOException {
    assertThat(HtmlReport.html(example(folder)))
        .contains("<rect class=\"truth\" x=\"20.0\" y=\"30.0\" width=\"40.0\" height=\"40.0\"")
        .contains("<rect class=\"after\" x=\"22.0\"");
  }

  @Test
  void leavesOutChartsAndSectionsWithoutData() {
    ReportContent empty =
        new ReportContent(
            "Nothing",
            "",
            List.of(),
            List.of(),
            List.of(new Chart("Reward", "", List.of(new Series("a", List.of(), true)))),
            List.of(),
            List.of(),
            Map.of(),
            "");
    assertThat(HtmlReport.html(empty)).doesNotContain("<svg").doesNotContain("Predictions");
  }

  @Test
  void writesTheWholeFileOrNone() throws IOException {
    Path file = folder.resolve("report.html");
    HtmlReport.write(file, example(folder));
    assertThat(Files.readString(file)).endsWith("</html>\n");
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .doesNotContain(".report.html.partial");
    }
  }

  @Test
  void choosesRoundTicksThatEncloseTheData() {
    assertThat(Ticks.around(0.13, 0.87).values()).hasSizeBetween(4, 8).first().isEqualTo(0.0);
    assertThat(Ticks.around(5, 5)).satisfies(t -> assertThat(t.low()).isLessThan(t.high()));
    Ticks ticks = Ticks.around(-0.0213, 0.0004);
    assertThat(ticks.low()).isLessThanOrEqualTo(-0.0213);
    assertThat(ticks.high()).isGreaterThanOrEqualTo(0.0004);
    assertThat(ticks.label(ticks.low())).startsWith("-0.02");
  }

  private static int count(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    int count = 0;
    while (matcher.find()) {
      count++;
    }
    return count;
  }

  /** A report with everything in it; also what one looks at while working on its form. */
  static ReportContent example(Path folder) throws IOException {
    Random random = new Random(3);
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
    List<Entry> completions = new ArrayList<>();
    for (int step = 1; step <= 10; step++) {
      for (int i = 0; i < 4; i++) {
        completions.add(
            new Entry(
                step,
                "row",
                "Where is the red circle?",
                "[20, 30, 60, 70]",
                "<think> the red circle is left of the blue square </think><answer>{\"bbox_2d\": [20, 3"
                    + i
                    + ", 60, 70]}</answer><script>alert(1)</script>",
                new TreeMap<>(
                    Map.of(
                        "accuracy",
                        new Judgement(
                            0.9 - i * 0.1, "IoU of [20, 3" + i + ", 60, 70] with the truth"),
                        "format",
                        new Judgement(1.0, "as asked"))),
                1.9 - i * 0.1,
                1.2 - i * 0.8));
      }
    }
    List<Point> reward = new ArrayList<>();
    List<Point> other = new ArrayList<>();
    for (int step = 1; step <= 200; step++) {
      reward.add(new Point(step, 1.2 + 0.5 * step / 200 + random.nextGaussian() * 0.1));
      other.add(new Point(step, 0.0004 * step));
    }
    List<Chart> charts =
        List.of(
            new Chart(
                "Reward",
                "mean of the step's completions",
                List.of(new Series("GRPO", reward, true))),
            new Chart(
                "KL to the reference", "nats a token", List.of(new Series("GRPO", other, true))),
            new Chart(
                "Held-out accuracy",
                "share with IoU > 0.5",
                List.of(
                    new Series(
                        "GRPO",
                        List.of(new Point(0, 0.42), new Point(100, 0.51), new Point(200, 0.58)),
                        false),
                    new Series(
                        "SFT going on",
                        List.of(new Point(0, 0.42), new Point(100, 0.43), new Point(200, 0.44)),
                        false))));
    return new ReportContent(
        "GRPO on shapes",
        "A Qwen2.5-VL of 4 million parameters learned to point at shapes: by SFT first, then by GRPO with 2 workers.",
        List.of(
            new Tile("Held-out accuracy", "58.0 %", "42.0 % before GRPO (+16.0 points)"),
            new Tile("Out-of-domain accuracy", "47.5 %", "35.0 % before GRPO (+12.5 points)"),
            new Tile("GRPO", "200 steps", "1 min 40 s, 2 workers")),
        List.of(
            new Table(
                "Before and after",
                List.of("pictures", "after SFT start", "after GRPO", "change"),
                List.of(
                    List.of("held-out: accuracy", "42.0 %", "58.0 %", "+16.0"),
                    List.of("held-out: IoU", "0.431", "0.527", "+0.096")),
                "200 pictures each; accuracy = share with IoU > 0.5")),
        charts,
        pictures,
        completions,
        new TreeMap<>(Map.of("seed", "42", "java", "17.0.15", "pytorch", "2.10.0")),
        "apiVersion: training.vlmr1.io/v1alpha1\nkind: GrpoJob\n");
  }
}
