package io.vlmr1.report.html;

import io.vlmr1.report.html.ReportContent.Chart;
import io.vlmr1.report.html.ReportContent.Point;
import io.vlmr1.report.html.ReportContent.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Curves as inline SVG; a pointer over them reads values (report.js). */
final class LineChart {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 260;
  private static final int LEFT = 52;
  private static final int RIGHT = 12;
  private static final int TOP = 10;
  private static final int BOTTOM = 30;
  private static final int WINDOW_SHARE = 12;

  private final Chart chart;
  private final Ticks x;
  private final Ticks y;

  private LineChart(Chart chart) {
    this.chart = chart;
    this.x = range(chart, true);
    this.y = range(chart, false);
  }

  /** The chart with title and legend; empty when no curve has a point. */
  static String html(Chart chart) {
    boolean empty = chart.series().stream().allMatch(series -> series.points().isEmpty());
    return empty ? "" : new LineChart(chart).html();
  }

  private String html() {
    StringBuilder out = new StringBuilder();
    out.append("<figure class=\"chart\"><figcaption>")
        .append(Html.escape(chart.title()))
        .append("<span class=\"unit\">")
        .append(Html.escape(chart.unit()))
        .append("</span></figcaption>");
    if (chart.series().size() > 1) {
      out.append(legend());
    }
    out.append(format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT))
        .append(Html.escape(chart.title()))
        .append("\" data-x0=\"" + x(x.low()) + "\" data-x1=\"" + x(x.high()) + "\" data-s0=\"")
        .append(x.low() + "\" data-s1=\"" + x.high() + "\">");
    axes(out);
    for (int i = 0; i < chart.series().size(); i++) {
      curve(out, chart.series().get(i), i);
    }
    return out.append("</svg><div class=\"readout\" aria-live=\"polite\"></div></figure>")
        .toString();
  }

  private String legend() {
    StringBuilder out = new StringBuilder("<div class=\"legend\">");
    for (int i = 0; i < chart.series().size(); i++) {
      out.append("<span><i class=\"s" + i + "\"></i>")
          .append(Html.escape(chart.series().get(i).name()))
          .append("</span>");
    }
    return out.append("</div>").toString();
  }

  private void axes(StringBuilder out) {
    for (double tick : y.values()) {
      out.append(
          format(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
              LEFT, WIDTH - RIGHT, y(tick), y(tick)));
      out.append(
          format(
              "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%s</text>",
              LEFT - 8, y(tick) + 4, y.label(tick)));
    }
    for (double tick : x.values()) {
      out.append(
          format(
              "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>",
              x(tick), HEIGHT - BOTTOM + 18, x.label(tick)));
    }
  }

  private void curve(StringBuilder out, Series series, int index) {
    if (series.points().isEmpty()) {
      return;
    }
    boolean smooth = series.smoothed() && series.points().size() > 2 * WINDOW_SHARE;
    List<Point> points = smooth ? smoothed(series.points()) : series.points();
    if (smooth) {
      out.append(path(series.points(), "raw s" + index));
    }
    out.append(path(points, "line s" + index));
    if (points.size() <= WINDOW_SHARE) {
      for (Point point : points) {
        out.append(
            format(
                "<circle class=\"s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>",
                index, x(point.step()), y(point.value())));
      }
    }
    String data =
        points.stream()
            .map(point -> format("%.6g,%.6g", point.step(), point.value()))
            .collect(Collectors.joining(" "));
    out.append("<desc class=\"data\" data-name=\"")
        .append(Html.escape(series.name()))
        .append("\" data-points=\"" + data + "\"></desc>");
  }

  private String path(List<Point> points, String classes) {
    String line =
        points.stream()
            .map(point -> format("%.1f %.1f", x(point.step()), y(point.value())))
            .collect(Collectors.joining("L", "M", ""));
    return "<path class=\"" + classes + "\" d=\"" + line + "\"/>";
  }

  /** A centred moving mean over a twelfth of the curve. */
  private static List<Point> smoothed(List<Point> points) {
    int half = Math.max(1, points.size() / WINDOW_SHARE / 2);
    List<Point> smooth = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      double mean =
          points.subList(Math.max(0, i - half), Math.min(points.size(), i + half + 1)).stream()
              .mapToDouble(Point::value)
              .average()
              .orElse(0);
      smooth.add(new Point(points.get(i).step(), mean));
    }
    return smooth;
  }

  private static Ticks range(Chart chart, boolean steps) {
    List<Double> values =
        chart.series().stream()
            .flatMap(series -> series.points().stream())
            .map(point -> steps ? point.step() : point.value())
            .toList();
    double least = stream(values).min().orElse(0);
    double most = stream(values).max().orElse(1);
    if (steps) {
      Ticks round = Ticks.around(least, most);
      return new Ticks(Math.max(0, round.low()), round.high(), round.step());
    }
    boolean nearZero = least > 0 && least < 0.4 * most; // zero belongs to the picture then
    return Ticks.around(nearZero ? 0 : least, most);
  }

  private static DoubleStream stream(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue);
  }

  private double x(double step) {
    return LEFT + x.share(step) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - BOTTOM - TOP);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
