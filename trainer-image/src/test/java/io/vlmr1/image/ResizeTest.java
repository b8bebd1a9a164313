package io.vlmr1.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResizeTest {
  @Test
  void keepsAFlatColourFlat() {
    DecodedImage flat = new DecodedImage(new byte[31 * 17 * 3], 31, 17);
    Arrays.fill(flat.rgb(), (byte) 200);

    DecodedImage resized = Resize.to(flat, 56, 84, Resize.Filter.BICUBIC);

    assertThat(resized.rgb()).hasSize(56 * 84 * 3).containsOnly((byte) 200);
  }

  @Test
  void returnsThePictureWhenItHasTheSizeAlready() {
    DecodedImage image = new DecodedImage(new byte[28 * 28 * 3], 28, 28);

    assertThat(Resize.to(image, 28, 28, Resize.Filter.BICUBIC).rgb()).isSameAs(image.rgb());
  }

  @Test
  void givesPillowsBytesForARamp() {
    // Pillow 11: Image.fromarray(ramp).resize((3, 1), BICUBIC) of the levels 0, 10, ..., 90
    byte[] rgb = new byte[10 * 3];
    for (int i = 0; i < 30; i++) {
      rgb[i] = (byte) (i / 3 * 10);
    }

    DecodedImage resized = Resize.to(new DecodedImage(rgb, 10, 1), 3, 1, Resize.Filter.BICUBIC);

    assertThat(resized.rgb()).containsExactly(RAMP);
  }

  private static final byte[] RAMP = {12, 12, 12, 45, 45, 45, 78, 78, 78};

  @Test
  void refusesPicturesMuchLongerThanWide() {
    SmartResize resize = new SmartResize(28, 3136, 12845056);

    assertThat(resize.of(1, 200).height()).isEqualTo(812);
    assertThatThrownBy(() -> resize.of(1, 201))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1x201");
  }

  @Test
  void sizesStayMultiplesOfTheFactorWithinTheLimits() {
    Random random = new Random(7);
    SmartResize resize = new SmartResize(28, 56 * 56, 400 * 400);
    for (int i = 0; i < 500; i++) {
      SmartResize.Size size = resize.of(28 + random.nextInt(900), 28 + random.nextInt(900));
      assertThat(size.width() % 28).isZero();
      assertThat(size.height() % 28).isZero();
      assertThat(size.width() * size.height()).isBetween(56 * 56, 400 * 400);
    }
  }
}
