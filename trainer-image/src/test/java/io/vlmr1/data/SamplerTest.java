package io.vlmr1.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.data.Sampler.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {
  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,2", "7,3", "64,8", "1000,10", "4097,5"})
  void visitsEveryRowAtMostOnceAnEpochAndDropsTheRest(int rows, int prompts) {
    Sampler sampler = new Sampler(rows, prompts, 4, 1, 42, true);
    List<Integer> seen = new ArrayList<>();
    for (long step = 0; step < sampler.stepsPerEpoch(); step++) {
      IntStream.of(sampler.rows(step)).forEach(seen::add);
    }

    assertThat(seen).doesNotHaveDuplicates().hasSize(rows / prompts * prompts);
    assertThat(seen).allMatch(row -> row >= 0 && row < rows);
  }

  @Test
  void drawsAnotherOrderEachEpochAndWithEachSeed() {
    Sampler sampler = new Sampler(500, 50, 8, 1, 42, true);

    assertThat(sampler.rows(0)).isNotEqualTo(sampler.rows(sampler.stepsPerEpoch()));
    assertThat(sampler.rows(0)).isNotEqualTo(new Sampler(500, 50, 8, 1, 43, true).rows(0));
    assertThat(sampler.rows(0)).isEqualTo(new Sampler(500, 50, 8, 1, 42, true).rows(0));
  }

  @Test
  void putsEveryRowAtEveryPlaceAboutEquallyOften() {
    int[] first = new int[10];
    for (int seed = 0; seed < 5000; seed++) {
      first[new Sampler(10, 1, 2, 1, seed, true).rows(0)[0]]++;
    }

    // 500 expected; the standard deviation is 21
    assertThat(first)
        .satisfies(counts -> IntStream.of(counts).forEach(n -> assertThat(n).isBetween(390, 610)));
  }

  @Test
  void usesAChunkForSeveralStepsInARow() {
    Sampler sampler = new Sampler(20, 4, 2, 3, 1, true);

    assertThat(sampler.stepsPerEpoch()).isEqualTo(15);
    assertThat(sampler.rows(0)).isEqualTo(sampler.rows(2)).isNotEqualTo(sampler.rows(3));
  }

  @Test
  void keepsTheFilesOrderWhenItDoesNotShuffle() {
    Sampler sampler = new Sampler(7, 3, 2, 1, 1, false);

    assertThat(sampler.rows(1)).containsExactly(3, 4, 5);
    assertThat(sampler.rows(2)).containsExactly(0, 1, 2);
  }

  @Test
  void sharesTheCompletionsOfAChunkEquallyAmongTheRanks() {
    Sampler sampler = new Sampler(9, 3, 4, 1, 5, false);

    assertThat(sampler.shares(0, 0, 2))
        .containsExactly(new Share(0, 0, 0, 4), new Share(1, 1, 0, 2));
    assertThat(sampler.shares(0, 1, 2))
        .containsExactly(new Share(1, 1, 2, 2), new Share(2, 2, 0, 4));
    assertThatThrownBy(() -> sampler.shares(0, 0, 5))
        .hasMessageContaining("12 completions a step do not divide among 5 ranks");
  }

  @Test
  void saysWhenTheRowsDoNotFillAStep() {
    assertThatThrownBy(() -> new Sampler(3, 4, 2, 1, 5, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 rows do not fill one step of 4 distinct prompts");
  }
}
