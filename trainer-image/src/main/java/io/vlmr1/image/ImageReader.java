package io.vlmr1.image;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures from files: PNG, JPEG (CMYK too), GIF (first frame), BMP and WebP, turned upright as
 * their EXIF data asks. Safe for use by several threads.
 */
public final class ImageReader {
  /** More pixels than that are taken for an attack or a mistake (Pillow's limit). */
  public static final long MAX_PIXELS = 89_478_485;

  static {
    ImageIO.setUseCache(false); // no temporary files: the root file system may be read-only
  }

  private ImageReader() {}

  /**
   * Reads a picture.
   *
   * @throws VlmR1Exception BAD_DATA, naming the file, when it is absent, truncated, of an unknown
   *     kind or too large
   */
  public static DecodedImage read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      String why = Files.exists(file) ? "not readable: " + e.getMessage() : "no such picture";
      throw new VlmR1Exception(ExitCode.BAD_DATA, file + ": " + why, e);
    }
    return read(bytes, file.toString());
  }

  /**
   * Decodes a picture that lies in memory.
   *
   * @param name how messages call it
   * @throws VlmR1Exception BAD_DATA, as {@link #read(Path)}
   */
  public static DecodedImage read(byte[] bytes, String name) {
    try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<javax.imageio.ImageReader> readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw bad(name, "not a picture of a known kind (PNG, JPEG, GIF, BMP, WebP)", null);
      }
      javax.imageio.ImageReader reader = readers.next();
      try {
        return ExifOrientation.upright(decode(reader, input, name), ExifOrientation.of(bytes));
      } finally {
        reader.dispose();
      }
    } catch (VlmR1Exception e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // decoders answer damaged files with any exception
      throw bad(name, "truncated or damaged (" + e.getMessage() + ")", e);
    }
  }

  private static DecodedImage decode(
      javax.imageio.ImageReader reader, ImageInputStream input, String name) throws IOException {
    reader.setInput(input, true, true);
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    if (pixels > MAX_PIXELS) {
      throw bad(name, pixels + " pixels, more than the limit of " + MAX_PIXELS, null);
    }
    AtomicReference<@Nullable String> warning = new AtomicReference<>();
    reader.addIIOReadWarningListener((source, text) -> warning.set(text));
    BufferedImage image = reader.read(0);
    String text = warning.get();
    if (text != null && text.toLowerCase(Locale.ROOT).contains("premature")) {
      throw bad(name, "truncated (" + text + ")", null);
    }
    return Pixels.rgb(image);
  }

  private static VlmR1Exception bad(String name, String why, @Nullable Throwable cause) {
    return new VlmR1Exception(
        ExitCode.BAD_DATA, name + ": " + why + "; replace it or remove its row", cause);
  }
}
