package io.vlmr1.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.nn.Layout;
import io.vlmr1.nn.Layout.Extent;
import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.tensor.Dtype;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutTest {
  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Extent("large", List.of(), 0, 1000, 900),
              new Extent("small", List.of(), 1000, 5, 0),
              new Extent("last", List.of(), 1005, 64, 64)),
          List.of(new Range(100, 200), new Range(850, 950)),
          Dtype.FLOAT32,
          Dtype.FLOAT32,
          false);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 100})
  void everyElementIsInThePieceOfOneRank(int size) {
    Cut cut = new Cut(LAYOUT, size);
    long next = 0;
    long own = 0;
    for (int unit = 0; unit < cut.units(); unit++) {
      for (int rank = 0; rank < size; rank++) {
        Range piece = cut.among(unit, rank);
        assertThat(piece.from()).isEqualTo(next);
        assertThat(cut.length(unit, rank)).isLessThanOrEqualTo(cut.longest(unit));
        next = piece.to();
      }
    }
    for (int rank = 0; rank < size; rank++) {
      own += cut.elements(rank);
    }
    assertThat(next).isEqualTo(1069);
    assertThat(own).isEqualTo(1069);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void whatMovesIsNeitherStillNorOfTwoKinds(int size) {
    Cut cut = new Cut(LAYOUT, size);
    long moving = 0;
    for (int rank = 0; rank < size; rank++) {
      for (Range range : LAYOUT.moving(cut.extent(0), cut.among(0, rank))) {
        moving += range.to() - range.from();
        assertThat(range.to() <= 900 || range.from() >= 900).isTrue();
        assertThat(range.to() <= 100 || range.from() >= 200).isTrue();
        assertThat(range.to() <= 850 || range.from() >= 950).isTrue();
      }
    }
    assertThat(moving).isEqualTo(800);
  }
}
