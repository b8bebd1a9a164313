package io.vlmr1.report.html;

import io.vlmr1.report.html.ReportContent.Picture;
import java.awt.Dimension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A picture inside the page, with the true box and the predicted ones drawn over it. */
final class BoxPicture {
  private BoxPicture() {}

  /**
   * Boxes of one kind.
   *
   * @param kind class in the style sheet: truth, before, after
   * @param boxes corners in pixels
   */
  record Boxes(String kind, List<List<Double>> boxes) {}

  static String html(Picture picture) {
    return html(
        picture.file(),
        List.of(
            new Boxes("truth", List.of(picture.truth())),
            new Boxes("before", picture.before() == null ? List.of() : List.of(picture.before())),
            new Boxes("after", List.of(picture.after()))),
        picture.question(),
        picture.caption());
  }

  /** The picture with its boxes; a broken one is told in its place. */
  static String html(Path file, List<Boxes> drawn, String title, String caption) {
    String words =
        "<figcaption><b>"
            + Html.escape(title)
            + "</b><br>"
            + Html.escape(caption)
            + "</figcaption></figure>";
    try {
      Dimension size = size(file);
      double line = Math.max(size.width, size.height) / 110.0;
      StringBuilder out = new StringBuilder("<figure class=\"picture\"><svg viewBox=\"0 0 ");
      out.append(size.width).append(' ').append(size.height).append("\"><image width=\"");
      out.append(size.width).append("\" height=\"").append(size.height).append("\" href=\"");
      out.append(dataUri(file)).append("\"/>");
      for (Boxes boxes : drawn) {
        double width = boxes.kind().equals("truth") ? line * 1.8 : line;
        boxes.boxes().forEach(box -> out.append(rectangle(box, boxes.kind(), width)));
      }
      return out.append("</svg>").append(words).toString();
    } catch (IOException e) {
      return "<figure class=\"picture\"><p class=\"note\">"
          + Html.escape(file + ": " + e.getMessage())
          + "</p>"
          + words;
    }
  }

  private static String rectangle(List<Double> corners, String name, double line) {
    if (corners.size() != 4) {
      return "";
    }
    double width = corners.get(2) - corners.get(0);
    double height = corners.get(3) - corners.get(1);
    if (width <= 0 || height <= 0) {
      return ""; // no box was predicted
    }
    String place =
        String.format(
            Locale.ROOT,
            "x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"",
            corners.get(0),
            corners.get(1),
            width,
            height);
    return rectangle("halo", place, line * 2) // sets it off from a shape of its own colour
        + rectangle(name, place, line);
  }

  private static String rectangle(String name, String place, double line) {
    return String.format(
        Locale.ROOT, "<rect class=\"%s\" %s stroke-width=\"%.2f\"/>", name, place, line);
  }

  private static String dataUri(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String type =
        name.endsWith(".png")
            ? "png"
            : name.endsWith(".webp") ? "webp" : name.endsWith(".gif") ? "gif" : "jpeg";
    return "data:image/"
        + type
        + ";base64,"
        + Base64.getEncoder().encodeToString(Files.readAllBytes(file));
  }

  private static Dimension size(Path file) throws IOException {
    try (ImageInputStream input = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw new IOException("not a picture of a known kind");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(input, true, true);
        return new Dimension(reader.getWidth(0), reader.getHeight(0));
      } finally {
        reader.dispose();
      }
    }
  }
}
