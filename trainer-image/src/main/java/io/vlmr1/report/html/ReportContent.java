package io.vlmr1.report.html;

import io.vlmr1.report.CompletionsLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a report shows, from top to bottom.
 *
 * @param title of the page
 * @param summary a sentence or two on what was done and what came out
 * @param tiles the numbers to see first
 * @param tables numbers side by side
 * @param charts curves over steps
 * @param pictures predictions drawn over their pictures
 * @param completions what the model wrote and why it got its reward
 * @param settings names and values that made this run: versions, seeds, files
 * @param job the GrpoJob as YAML
 */
public record ReportContent(
    String title,
    String summary,
    List<Tile> tiles,
    List<Table> tables,
    List<Chart> charts,
    List<Picture> pictures,
    List<CompletionsLog.Entry> completions,
    Map<String, String> settings,
    String job) {

  /**
   * A number to see first.
   *
   * @param label what it is
   * @param value the number with its unit
   * @param detail what to compare it with
   */
  public record Tile(String label, String value, String detail) {}

  /**
   * Numbers side by side.
   *
   * @param title above it
   * @param header of the columns
   * @param rows as long as the header each
   * @param note below it; may be empty
   */
  public record Table(String title, List<String> header, List<List<String>> rows, String note) {}

  /**
   * Curves over the same steps.
   *
   * @param title above it
   * @param unit of the vertical axis, in words
   * @param series one or more
   */
  public record Chart(String title, String unit, List<Series> series) {}

  /**
   * A curve.
   *
   * @param name in the legend
   * @param points by step
   * @param smoothed whether a moving mean is drawn over the raw values
   */
  public record Series(String name, List<Point> points, boolean smoothed) {}

  /**
   * A point of a curve.
   *
   * @param step optimisation step
   * @param value what was measured
   */
  public record Point(double step, double value) {}

  /**
   * A prediction over its picture.
   *
   * @param file the picture
   * @param question what was asked
   * @param truth corners of the true box in pixels
   * @param before corners before training; null when not known
   * @param after corners after training
   * @param caption what to say of it, such as both overlaps
   */
  public record Picture(
      Path file,
      String question,
      List<Double> truth,
      @Nullable List<Double> before,
      List<Double> after,
      String caption) {}
}
