package io.vlmr1.data;

import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.ImageReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The pictures of a row. */
public final class RowImages {
  private RowImages() {}

  /**
   * Reads them, in order.
   *
   * @param maxPixels a picture of more is refused before it is decoded
   * @throws VlmR1Exception BAD_DATA, naming file and line of the row and the picture that cannot be
   *     read
   */
  public static List<DecodedImage> read(Row row, long maxPixels) {
    List<DecodedImage> images = new ArrayList<>();
    for (Path image : row.images()) {
      try {
        images.add(ImageReader.read(image, maxPixels));
      } catch (VlmR1Exception e) {
        throw new VlmR1Exception(e.exitCode(), row.place() + ": image " + e.getMessage(), e);
      }
    }
    return images;
  }
}
