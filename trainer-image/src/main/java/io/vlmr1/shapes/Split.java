package io.vlmr1.shapes;

import java.util.Locale;

/** The files of the example. */
enum Split {
  /** Rows of the supervised start. */
  SFT(0),
  /** Rows of GRPO. */
  TRAIN(1),
  /** Other pictures of the same kinds. */
  HELD_OUT(2),
  /** Colours and shapes that were never together, and two relations at once. */
  OUT_OF_DOMAIN(3);

  private final long stream;

  Split(long stream) {
    this.stream = stream;
  }

  /** Which of the seed's random streams is its own. */
  long stream() {
    return stream;
  }

  /** Its name in paths: `held_out`. */
  String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether rows tell the whole text that supervised training teaches. */
  boolean teaches() {
    return this == SFT || this == TRAIN;
  }
}
