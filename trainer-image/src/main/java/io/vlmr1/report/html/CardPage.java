package io.vlmr1.report.html;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A self-contained page of cards: pictures with boxes, and texts under names. */
public final class CardPage {
  private CardPage() {}

  /**
   * A card.
   *
   * @param title above it
   * @param pictures files, each with the same boxes
   * @param boxes corners in pixels by kind: truth, before, after
   * @param texts by name, in order
   */
  public record Card(
      String title,
      List<Path> pictures,
      Map<String, List<List<Double>>> boxes,
      Map<String, String> texts) {
    public Card {
      pictures = List.copyOf(pictures);
      boxes = new LinkedHashMap<>(boxes);
      texts = new LinkedHashMap<>(texts);
    }
  }

  /**
   * Writes the page.
   *
   * @param legend kinds of boxes with what they mean; may be empty
   * @param facts numbers above the cards, by name
   */
  public static void write(
      Path file,
      String title,
      Map<String, String> legend,
      Map<String, String> facts,
      List<Card> cards) {
    StringBuilder out = new StringBuilder();
    out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    out.append(Html.escape(title)).append("</title><style>").append(style());
    out.append("</style></head><body><main><header><h1>").append(Html.escape(title));
    out.append("</h1></header><section><table class=\"settings\">");
    facts.forEach((name, value) -> row(out, name, value));
    out.append("</table></section><div class=\"legend wide\">");
    legend.forEach(
        (kind, meaning) ->
            out.append("<span><i class=\"" + Html.escape(kind) + "\"></i>")
                .append(Html.escape(meaning))
                .append("</span>"));
    out.append("</div>");
    cards.forEach(card -> card(out, card));
    out.append("</main></body></html>\n");
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(Objects.requireNonNull(folder));
      Files.write(file, out.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.OUTPUT_VOLUME,
          file + ": " + e + "; give the output folder space and write permission",
          e);
    }
  }

  private static void card(StringBuilder out, Card card) {
    out.append("<section><h2>").append(Html.escape(card.title()));
    out.append("</h2><div class=\"pictures\">");
    List<BoxPicture.Boxes> boxes =
        card.boxes().entrySet().stream()
            .map(entry -> new BoxPicture.Boxes(entry.getKey(), entry.getValue()))
            .toList();
    for (Path picture : card.pictures()) {
      String name = String.valueOf(picture.getFileName());
      out.append(BoxPicture.html(picture, boxes, name, ""));
    }
    out.append("</div><table class=\"settings\">");
    card.texts().forEach((name, value) -> row(out, name, value));
    out.append("</table></section>");
  }

  private static void row(StringBuilder out, String name, String value) {
    out.append("<tr><td>").append(Html.escape(name)).append("</td><td><pre>");
    out.append(Html.escape(value)).append("</pre></td></tr>");
  }

  private static String style() {
    try (InputStream in =
        Objects.requireNonNull(CardPage.class.getResourceAsStream("report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("report.css of the jar", e);
    }
  }
}
