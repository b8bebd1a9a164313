package io.vlmr1.report.html;

import io.vlmr1.report.html.ReportContent.Picture;
import java.awt.Dimension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** A picture inside the page, with the true box and the predicted ones drawn over it. */
final class BoxPicture {
  private BoxPicture() {}

  static String html(Picture picture) {
    try {
      Dimension size = size(picture.file());
      double line = Math.max(size.width, size.height) / 110.0;
      return "<figure class=\"picture\"><svg viewBox=\"0 0 "
          + size.width
          + " "
          + size.height
          + "\"><image width=\""
          + size.width
          + "\" height=\""
          + size.height
          + "\" href=\""
          + dataUri(picture.file())
          + "\"/>"
          + rectangle(picture.truth(), "truth", line * 1.8)
          + rectangle(picture.before(), "before", line)
          + rectangle(picture.after(), "after", line)
          + "</svg><figcaption><b>"
          + Html.escape(picture.question())
          + "</b><br>"
          + Html.escape(picture.caption())
          + "</figcaption></figure>";
    } catch (IOException e) {
      throw new UncheckedIOException("picture " + picture.file() + " for the report", e);
    }
  }

  private static String rectangle(@Nullable List<Double> corners, String name, double line) {
    if (corners == null || corners.size() != 4) {
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
