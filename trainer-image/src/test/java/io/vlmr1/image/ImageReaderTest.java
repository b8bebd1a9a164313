package io.vlmr1.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.VlmR1Exception;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTest {
  /** 2 × 1 pixels, red and blue, lossless. */
  private static final String WEBP = "UklGRh4AAABXRUJQVlA4TBEAAAAvAQAAAA8Q87//8x8OMqL/AQA=";

  /** 2 × 1 pixels, red and blue; a second frame is green. */
  private static final String GIF =
      "R0lGODdhAgABAIEAAP8AAAAA/wAAAAAAACwAAAAAAgABAAAIBQABBAgIACH5"
          + "BAEAAAEALAAAAAACAAEAgQD/AAAAAAAAAAAAAAgFAAEACAgAOw==";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void readsLosslessKindsExactly(String kind) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, Color.RED.getRGB());
    image.setRGB(2, 1, Color.BLUE.getRGB());

    DecodedImage read = ImageReader.read(encoded(image, kind), "picture");

    assertThat(read.width()).isEqualTo(3);
    assertThat(read.height()).isEqualTo(2);
    assertThat(Arrays.copyOf(read.rgb(), 3)).containsExactly(255, 0, 0);
    assertThat(Arrays.copyOfRange(read.rgb(), 15, 18)).containsExactly(0, 0, 255);
  }

  @Test
  void readsJpegNearly() throws IOException {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, new Color(200, 100, 50).getRGB());
    }

    byte[] rgb = ImageReader.read(encoded(image, "jpg"), "picture").rgb();

    assertThat(rgb[0] & 0xff).isBetween(197, 203);
    assertThat(rgb[1] & 0xff).isBetween(97, 103);
    assertThat(rgb[2] & 0xff).isBetween(47, 53);
  }

  @Test
  void takesGrayLevelsAsTheyAreStored() throws IOException {
    BufferedImage gray = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_GRAY);
    gray.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 50, 128, 255});

    assertThat(ImageReader.read(encoded(gray, "png"), "gray").rgb())
        .containsExactly(0, 0, 0, 50, 50, 50, (byte) 128, (byte) 128, (byte) 128, -1, -1, -1);
  }

  @Test
  void keepsTheUpperByteOfSixteenBits() throws IOException {
    BufferedImage gray = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    gray.getRaster().setPixels(0, 0, 2, 1, new int[] {0x1234, 0x56ff});

    assertThat(ImageReader.read(encoded(gray, "png"), "deep").rgb())
        .containsExactly(0x12, 0x12, 0x12, 0x56, 0x56, 0x56);
  }

  @Test
  void putsWhatIsTransparentOnWhite() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(1, 0, 0x80000000);
    image.setRGB(2, 0, 0xff102030);

    assertThat(ImageReader.read(encoded(image, "png"), "clear").rgb())
        .containsExactly(-1, -1, -1, 127, 127, 127, 0x10, 0x20, 0x30);
  }

  @Test
  void readsTheFirstFrameOfAnAnimation() {
    DecodedImage read = ImageReader.read(Base64.getDecoder().decode(GIF), "picture.gif");

    assertThat(read.rgb()).containsExactly(-1, 0, 0, 0, 0, -1);
  }

  @Test
  void readsWebp() {
    DecodedImage read = ImageReader.read(Base64.getDecoder().decode(WEBP), "picture.webp");

    assertThat(read.width()).isEqualTo(2);
    assertThat(read.rgb()).containsExactly(-1, 0, 0, 0, 0, -1);
  }

  @Test
  void turnsWhatTheCameraHeldSideways() throws IOException {
    BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        image.setRGB(x, y, 0xffffff); // left half white
      }
    }

    DecodedImage read = ImageReader.read(withOrientation(encoded(image, "jpg"), 6), "camera.jpg");

    assertThat(read.width()).isEqualTo(16);
    assertThat(read.height()).isEqualTo(32);
    assertThat(read.rgb()[0] & 0xff).isGreaterThan(250); // left became top
    assertThat(read.rgb()[read.rgb().length - 1] & 0xff).isLessThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void namesATruncatedFile(String kind) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(3);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, random.nextInt());
    }
    byte[] whole = encoded(image, kind);
    Path file = folder.resolve("half." + kind);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    assertThatThrownBy(() -> ImageReader.read(file))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("truncated");
  }

  @Test
  void namesAFileThatIsNoPicture() throws IOException {
    Path file = Files.writeString(folder.resolve("a.png"), "not a picture");

    assertThatThrownBy(() -> ImageReader.read(file))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining(file + ": not a picture of a known kind");
    assertThatThrownBy(() -> ImageReader.size(file))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining(file + ": not a picture of a known kind");
    assertThatThrownBy(() -> ImageReader.read(folder.resolve("none.png")))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("none.png: no such picture");
  }

  @Test
  void refusesADecompressionBombBeforeDecodingIt() throws IOException {
    byte[] png = encoded(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png");
    ByteBuffer header = ByteBuffer.wrap(png);
    header.putInt(16, 60_000).putInt(20, 60_000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());

    assertThatThrownBy(() -> ImageReader.read(png, "bomb.png"))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("bomb.png: 3600000000 pixels");
  }

  private static byte[] encoded(BufferedImage image, String kind) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, kind, bytes)).isTrue();
    return bytes.toByteArray();
  }

  /** Inserts an EXIF segment with one entry behind the start marker of a JPEG. */
  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(2 + 34);
    exif.putShort((short) 0xffe1)
        .putShort((short) 34)
        .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    exif.putShort((short) 0x4d4d).putShort((short) 42).putInt(8).putShort((short) 1);
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    byte[] result = Arrays.copyOf(jpeg, jpeg.length + 36);
    System.arraycopy(exif.array(), 0, result, 2, 36);
    System.arraycopy(jpeg, 2, result, 38, jpeg.length - 2);
    return result;
  }
}
