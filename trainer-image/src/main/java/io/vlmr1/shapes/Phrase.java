package io.vlmr1.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Some attributes of a figure: "small red circle", "large shape".
 *
 * @param figure whose attributes they are
 * @param size whether the size is named
 * @param paint whether the colour is named
 * @param shape whether the form is named; else it is called a shape
 */
record Phrase(Figure figure, boolean size, boolean paint, boolean shape) {

  /** A figure with attributes chosen at random, at least one of them named. */
  static Phrase random(RandomGenerator random, Figure figure) {
    int named = 1 + random.nextInt(7);
    return new Phrase(figure, (named & 1) != 0, (named & 2) != 0, (named & 4) != 0);
  }

  /** Every attribute. */
  static Phrase full(Figure figure) {
    return new Phrase(figure, true, true, true);
  }

  boolean fits(Figure other) {
    return (!size || other.large() == figure.large())
        && (!paint || other.paint() == figure.paint())
        && (!shape || other.shape() == figure.shape());
  }

  /** The figures of a scene that it fits. */
  List<Figure> in(Scene scene) {
    return scene.figures().stream().filter(this::fits).toList();
  }

  String words() {
    List<String> words = new ArrayList<>();
    if (size) {
      words.add(figure.sizeWord());
    }
    if (paint) {
      words.add(figure.paint().word());
    }
    words.add(shape ? figure.shape().word() : "shape");
    return String.join(" ", words);
  }
}
