package io.vlmr1.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.report.html.ReportContent.Chart;
import io.vlmr1.report.html.ReportContent.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  @TempDir Path folder;

  @Test
  void needsNothingFromOutside() throws IOException {
    String html = HtmlReport.html(ReportExample.content(folder));
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
    assertThat(HtmlReport.html(ReportExample.content(folder)))
        .contains("&lt;think&gt;")
        .doesNotContain("<think>")
        .doesNotContain("<script>alert");
  }

  @Test
  void closesEveryElementThatItOpens() throws IOException {
    String html = HtmlReport.html(ReportExample.content(folder));
    for (String tag :
        List.of("section", "div", "figure", "svg", "table", "tr", "td", "th", "details", "main")) {
      assertThat(count(html, "<" + tag + "[ >]")).as(tag).isEqualTo(count(html, "</" + tag + ">"));
    }
  }

  @Test
  void drawsTheTrueAndThePredictedBoxInThePicturesOwnPixels() throws IOException {
    assertThat(HtmlReport.html(ReportExample.content(folder)))
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
    HtmlReport.write(file, ReportExample.content(folder));
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
}
