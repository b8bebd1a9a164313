package io.vlmr1.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlateauTest {
  private final Plateau plateau = new Plateau(200, 3);

  @Test
  void goesOnWhileTheCurveRises() {
    for (int step = 100; step <= 2000; step += 100) {
      assertThat(plateau.levelsOff(step, step / 2000.0)).isFalse();
    }
  }

  @Test
  void takesACurveThatHasNotBegunToRiseForNoPlateau() {
    for (int step = 100; step <= 2000; step += 100) {
      assertThat(plateau.levelsOff(step, 0)).isFalse();
    }
  }

  @Test
  void levelsOffAfterSoManyStepsAndLooksWithoutANewBest() {
    assertThat(plateau.levelsOff(100, 0.5)).isFalse();
    assertThat(plateau.levelsOff(150, 0.4)).isFalse();
    assertThat(plateau.levelsOff(200, 0.5)).isFalse();
    assertThat(plateau.levelsOff(250, 0.3)).isFalse(); // three looks, 150 steps
    assertThat(plateau.levelsOff(300, 0.5)).isTrue();
  }

  @Test
  void startsOverWithANewBest() {
    assertThat(plateau.levelsOff(100, 0.5)).isFalse();
    assertThat(plateau.levelsOff(200, 0.4)).isFalse();
    assertThat(plateau.levelsOff(300, 0.51)).isFalse();
    assertThat(plateau.levelsOff(500, 0.5)).isFalse();
  }
}
