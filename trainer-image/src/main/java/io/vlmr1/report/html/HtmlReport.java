package io.vlmr1.report.html;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.report.html.ReportContent.Table;
import io.vlmr1.report.html.ReportContent.Tile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One HTML file with everything inside: style, script, curves and pictures. */
public final class HtmlReport {
  private HtmlReport() {}

  /** Writes the report, whole or not at all. */
  public static void write(Path file, ReportContent content) {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    try {
      Files.write(partial, html(content).getBytes(StandardCharsets.UTF_8));
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.OUTPUT_VOLUME,
          file + ": " + e + "; give the output folder space and write permission",
          e);
    }
  }

  /** The page. */
  static String html(ReportContent content) {
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>"
        + Html.escape(content.title())
        + "</title><style>"
        + resource("report.css")
        + "</style></head><body><main><header><h1>"
        + Html.escape(content.title())
        + "</h1><p>"
        + Html.escape(content.summary())
        + "</p></header>"
        + section("", "tiles", each(content.tiles(), HtmlReport::tile))
        + each(content.tables(), HtmlReport::table)
        + section("Curves", "charts", each(content.charts(), LineChart::html))
        + section("Predictions", "pictures", pictures(content))
        + section("Completions and their rewards", "", CompletionList.html(content.completions()))
        + section("What made this run", "", settings(content))
        + "</main><script>"
        + resource("report.js")
        + "</script></body></html>\n";
  }

  private static String section(String title, String classes, String body) {
    if (body.isEmpty()) {
      return "";
    }
    String heading = title.isEmpty() ? "" : "<h2>" + Html.escape(title) + "</h2>";
    return "<section>" + heading + "<div class=\"" + classes + "\">" + body + "</div></section>";
  }

  private static String tile(Tile tile) {
    return "<div class=\"tile\"><span class=\"label\">"
        + Html.escape(tile.label())
        + "</span><span class=\"value\">"
        + Html.escape(tile.value())
        + "</span><span class=\"detail\">"
        + Html.escape(tile.detail())
        + "</span></div>";
  }

  private static String table(Table table) {
    StringBuilder out = new StringBuilder("<div class=\"scroll\"><table><tr>");
    table.header().forEach(name -> out.append("<th>" + Html.escape(name) + "</th>"));
    out.append("</tr>");
    for (List<String> row : table.rows()) {
      out.append("<tr>");
      row.forEach(cell -> out.append("<td>" + Html.escape(cell) + "</td>"));
      out.append("</tr>");
    }
    out.append("</table></div>");
    if (!table.note().isEmpty()) {
      out.append("<p class=\"note\">" + Html.escape(table.note()) + "</p>");
    }
    return section(table.title(), "", out.toString());
  }

  private static String pictures(ReportContent content) {
    if (content.pictures().isEmpty()) {
      return "";
    }
    boolean before = content.pictures().stream().anyMatch(picture -> picture.before() != null);
    return "<div class=\"legend wide\"><span><i class=\"truth\"></i>truth</span>"
        + (before ? "<span><i class=\"before\"></i>before training</span>" : "")
        + "<span><i class=\"after\"></i>after training</span></div>"
        + each(content.pictures(), BoxPicture::html);
  }

  private static String settings(ReportContent content) {
    StringBuilder out = new StringBuilder("<div class=\"scroll\"><table class=\"settings\">");
    for (Map.Entry<String, String> entry : content.settings().entrySet()) {
      out.append("<tr><td>" + Html.escape(entry.getKey()) + "</td><td>")
          .append(Html.escape(entry.getValue()) + "</td></tr>");
    }
    out.append("</table></div>");
    if (!content.job().isEmpty()) {
      out.append("<details><summary>grpojob.yaml</summary><pre>")
          .append(Html.escape(content.job()))
          .append("</pre></details>");
    }
    return out.toString();
  }

  private static <T> String each(List<T> items, Function<T, String> html) {
    StringBuilder out = new StringBuilder();
    items.forEach(item -> out.append(html.apply(item)));
    return out.toString();
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(HtmlReport.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " of the jar", e);
    }
  }
}
