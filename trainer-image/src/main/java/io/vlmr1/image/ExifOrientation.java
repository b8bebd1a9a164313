package io.vlmr1.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The EXIF orientation (1 to 8) that a camera wrote into a JPEG, PNG or WebP file; 1 when there is
 * none.
 */
final class ExifOrientation {
  private static final int UPRIGHT = 1;
  private static final int ORIENTATION_TAG = 0x0112;

  private ExifOrientation() {}

  /** Reads it; damaged metadata counts as none, since pictures are fine without. */
  static int of(byte[] file) {
    try {
      ByteBuffer tiff = tiff(ByteBuffer.wrap(file));
      return tiff == null ? UPRIGHT : orientation(tiff);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      return UPRIGHT;
    }
  }

  /** The picture turned upright. */
  static DecodedImage upright(DecodedImage image, int orientation) {
    if (orientation <= UPRIGHT || orientation > 8) {
      return image;
    }
    int width = image.width();
    int height = image.height();
    boolean turned = orientation >= 5;
    int newWidth = turned ? height : width;
    int newHeight = turned ? width : height;
    byte[] result = new byte[image.rgb().length];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        int across = turned ? y : x;
        int down = turned ? x : y;
        // which of the stored axes run backwards, by orientation
        boolean mirrored =
            orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean flipped =
            orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int fromX = mirrored ? width - 1 - across : across;
        int fromY = flipped ? height - 1 - down : down;
        System.arraycopy(
            image.rgb(), (fromY * width + fromX) * 3, result, (y * newWidth + x) * 3, 3);
      }
    }
    return new DecodedImage(result, newWidth, newHeight);
  }

  private static int orientation(ByteBuffer tiff) {
    tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    int entries = tiff.getShort(directory) & 0xffff;
    for (int entry = 0; entry < entries; entry++) {
      int at = directory + 2 + 12 * entry;
      if ((tiff.getShort(at) & 0xffff) == ORIENTATION_TAG) {
        return tiff.getShort(at + 8) & 0xffff;
      }
    }
    return UPRIGHT;
  }

  private static @Nullable ByteBuffer tiff(ByteBuffer file) {
    if ((file.getShort(0) & 0xffff) == 0xffd8) {
      return inJpeg(file);
    }
    if (file.getInt(0) == 0x89504e47) {
      return inChunks(file.order(ByteOrder.BIG_ENDIAN), 8, 0, "eXIf");
    }
    return text(file, 0).equals("RIFF")
        ? inChunks(file.order(ByteOrder.LITTLE_ENDIAN), 12, 4, "EXIF")
        : null;
  }

  private static @Nullable ByteBuffer inJpeg(ByteBuffer file) {
    int at = 2;
    while (at + 4 <= file.limit() && (file.getShort(at) & 0xff00) == 0xff00) {
      int marker = file.getShort(at) & 0xff;
      int length = file.getShort(at + 2) & 0xffff;
      if (marker == 0xe1 && text(file, at + 4).equals("Exif")) {
        return file.slice(at + 10, length - 8);
      }
      if (marker == 0xda) {
        return null; // pixels begin
      }
      at += 2 + length;
    }
    return null;
  }

  /** PNG: length, name, data, checksum; RIFF: name, length, data padded to even. */
  private static @Nullable ByteBuffer inChunks(
      ByteBuffer file, int start, int lengthAt, String wanted) {
    int at = start;
    while (at + 8 <= file.limit()) {
      int length = file.getInt(at + lengthAt);
      if (text(file, at + 4 - lengthAt).equals(wanted)) {
        ByteBuffer data = file.slice(at + 8, length);
        boolean prefixed = text(data, 0).equals("Exif");
        return prefixed ? data.slice(6, length - 6) : data;
      }
      at = Math.addExact(at + 8, lengthAt == 0 ? length + 4 : length + (length & 1));
    }
    return null;
  }

  private static String text(ByteBuffer file, int at) {
    byte[] four = new byte[4];
    file.get(at, four);
    return new String(four, StandardCharsets.US_ASCII);
  }
}
