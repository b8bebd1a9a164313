package io.vlmr1.shapes;

import java.util.List;
import java.util.Locale;

/** The colour of a shape. */
enum Paint {
  RED(0xd62728),
  GREEN(0x2ca02c),
  BLUE(0x1f4fd8),
  YELLOW(0xf2c80f),
  PURPLE(0x8e44ad),
  BLACK(0x1a1a1a);

  /** All of them; pictures with few colours take the first. */
  static final List<Paint> ALL = List.of(values());

  private final int rgb;

  Paint(int rgb) {
    this.rgb = rgb;
  }

  /** Red, green and blue in 8 bits each. */
  int rgb() {
    return rgb;
  }

  /** As questions call it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
