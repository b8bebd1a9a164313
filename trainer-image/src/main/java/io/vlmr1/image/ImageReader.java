package io.vlmr1.image;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
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

  private static final String UNKNOWN = "not a picture of a known kind (PNG, JPEG, GIF, BMP, WebP)";

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
    return read(file, MAX_PIXELS);
  }

  /**
   * As {@link #read(Path)}, with a limit of the user's.
   *
   * @param maxPixels a picture of more is refused before it is decoded
   */
  public static DecodedImage read(Path file, long maxPixels) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      String why = Files.exists(file) ? "not readable: " + e.getMessage() : "no such picture";
      throw new VlmR1Exception(ExitCode.BAD_DATA, file + ": " + why, e);
    }
    return read(bytes, file.toString(), maxPixels);
  }

  /** A picture that lies in memory, with the usual limit. */
  public static DecodedImage read(byte[] bytes, String name) {
    return read(bytes, name, MAX_PIXELS);
  }

  /**
   * Decodes a picture that lies in memory.
   *
   * @param name how messages call it
   * @param maxPixels a picture of more is refused before it is decoded
   * @throws VlmR1Exception BAD_DATA, as {@link #read(Path)}
   */
  public static DecodedImage read(byte[] bytes, String name, long maxPixels) {
    try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<javax.imageio.ImageReader> readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw bad(name, UNKNOWN, null);
      }
      javax.imageio.ImageReader reader = readers.next();
      try {
        size(reader, input, name, maxPixels);
        return ExifOrientation.upright(decode(reader, name), ExifOrientation.of(bytes));
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

  /**
   * The size of a picture in pixels, as stored (not turned upright), from its header alone.
   *
   * @throws VlmR1Exception BAD_DATA, naming the file, when it is absent, of an unknown kind or too
   *     large
   */
  public static SmartResize.Size size(Path file) {
    return size(file, MAX_PIXELS);
  }

  /**
   * As {@link #size(Path)}, with a limit of the user's.
   *
   * @param maxPixels a picture of more is refused
   */
  public static SmartResize.Size size(Path file, long maxPixels) {
    String name = file.toString();
    try (ImageInputStream input = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<javax.imageio.ImageReader> readers =
          input == null ? Collections.emptyIterator() : ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw bad(name, Files.exists(file) ? UNKNOWN : "no such picture", null);
      }
      javax.imageio.ImageReader reader = readers.next();
      try {
        return size(reader, input, name, maxPixels);
      } finally {
        reader.dispose();
      }
    } catch (VlmR1Exception e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw bad(name, "truncated or damaged (" + e.getMessage() + ")", e);
    }
  }

  private static SmartResize.Size size(
      javax.imageio.ImageReader reader, ImageInputStream input, String name, long maxPixels)
      throws IOException {
    reader.setInput(input, true, true);
    SmartResize.Size size = new SmartResize.Size(reader.getWidth(0), reader.getHeight(0));
    long pixels = (long) size.width() * size.height();
    if (pixels > maxPixels) {
      throw new VlmR1Exception(
          ExitCode.BAD_DATA,
          name
              + ": "
              + pixels
              + " pixels, more than the limit of "
              + maxPixels
              + "; raise spec.data.maxImagePixels or --max-image-pixels if it is what it should be, or remove its row");
    }
    return size;
  }

  private static DecodedImage decode(javax.imageio.ImageReader reader, String name)
      throws IOException {
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
