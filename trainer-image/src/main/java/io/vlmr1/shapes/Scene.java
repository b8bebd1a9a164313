package io.vlmr1.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A picture's content.
 *
 * @param side of the square picture in pixels
 * @param background gray level
 * @param figures in the order in which they are drawn
 */
record Scene(int side, int background, List<Figure> figures) {
  private static final int TRIES = 200;
  private static final int SAMPLES = 3;
  private static final int SHADE = 60;

  Scene {
    figures = List.copyOf(figures);
  }

  /**
   * Places figures at random.
   *
   * @param allowed which of the possible figures may appear
   */
  static Scene random(RandomGenerator random, Difficulty difficulty, Predicate<Figure> allowed) {
    int wanted =
        difficulty.minObjects()
            + random.nextInt(difficulty.maxObjects() - difficulty.minObjects() + 1);
    List<Figure> figures = new ArrayList<>();
    for (int attempt = 0; attempt < TRIES && figures.size() < wanted; attempt++) {
      Figure figure = figure(random, difficulty);
      boolean fits =
          figures.stream().allMatch(other -> other.overlap(figure) <= difficulty.maxOverlap());
      if (fits && allowed.test(figure)) {
        figures.add(figure);
      }
    }
    return new Scene(difficulty.side(), 215 + random.nextInt(41), figures);
  }

  private static Figure figure(RandomGenerator random, Difficulty difficulty) {
    boolean large = random.nextBoolean();
    int snap = difficulty.snap();
    int smallest = large ? difficulty.largeSide() : difficulty.smallSide();
    int side = (smallest + random.nextInt(difficulty.sideSpread())) / snap * snap;
    int room = (difficulty.side() - side) / snap + 1;
    return new Figure(
        Shape.ALL.get(random.nextInt(difficulty.shapes())),
        Paint.ALL.get(random.nextInt(difficulty.paints())),
        large,
        random.nextInt(room) * snap,
        random.nextInt(room) * snap,
        side);
  }

  /** RGB bytes [side × side × 3]; edges are smoothed by 3 × 3 samples a pixel. */
  byte[] rgb() {
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < side * side; i++) {
      // lit from the top left: how red and how green the paper is tells where one looks
      rgb[3 * i] = (byte) (background - SHADE * (i % side) / side);
      rgb[3 * i + 1] = (byte) (background - SHADE * (i / side) / side);
      rgb[3 * i + 2] = (byte) background;
    }
    figures.forEach(figure -> draw(figure, rgb));
    return rgb;
  }

  private void draw(Figure figure, byte[] rgb) {
    for (int y = figure.top(); y < figure.top() + figure.side(); y++) {
      for (int x = figure.left(); x < figure.left() + figure.side(); x++) {
        int covered = 0;
        for (int sample = 0; sample < SAMPLES * SAMPLES; sample++) {
          double sampleX = x + (sample % SAMPLES + 0.5) / SAMPLES;
          int rowOfSamples = sample / SAMPLES;
          double sampleY = y + (rowOfSamples + 0.5) / SAMPLES;
          covered +=
              figure
                      .shape()
                      .covers(
                          unit(sampleX, figure.centerX(), figure.side()),
                          unit(sampleY, figure.centerY(), figure.side()))
                  ? 1
                  : 0;
        }
        blend(rgb, (y * side + x) * 3, figure.paint().rgb(), covered);
      }
    }
  }

  private static double unit(double at, double center, int side) {
    return (at - center) * 2 / side;
  }

  private static void blend(byte[] rgb, int at, int paint, int covered) {
    int all = SAMPLES * SAMPLES;
    for (int channel = 0; channel < 3; channel++) {
      int level = paint >> (16 - 8 * channel) & 0xff;
      int below = rgb[at + channel] & 0xff;
      rgb[at + channel] = (byte) ((level * covered + below * (all - covered)) / all);
    }
  }
}
