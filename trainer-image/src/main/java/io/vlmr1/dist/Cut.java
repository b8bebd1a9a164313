package io.vlmr1.dist;

import io.vlmr1.nn.Layout;
import io.vlmr1.nn.Layout.Extent;
import io.vlmr1.nn.Parameters.Range;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * How every unit is cut among the ranks: piece r of each is rank r's, so that all ranks send and
 * receive as much as the others whatever unit is on its way.
 *
 * @param size how many ranks
 */
record Cut(Layout layout, int size) {
  /** Pieces begin on cache lines of float32, where vector instructions see them as a whole does. */
  private static final long ALIGNED = 16;

  Extent extent(int unit) {
    return layout.extents().get(unit);
  }

  int units() {
    return layout.extents().size();
  }

  /** Elements of the longest piece. */
  long longest(int unit) {
    long even = (extent(unit).elements() + size - 1) / size;
    return (even + ALIGNED - 1) / ALIGNED * ALIGNED;
  }

  /** A rank's piece within its unit; the last ones of a small unit are empty. */
  Range within(int unit, int rank) {
    long elements = extent(unit).elements();
    long length = longest(unit);
    return new Range(Math.min(rank * length, elements), Math.min((rank + 1) * length, elements));
  }

  /** A rank's piece among all elements. */
  Range among(int unit, int rank) {
    Range piece = within(unit, rank);
    long from = extent(unit).from();
    return new Range(from + piece.from(), from + piece.to());
  }

  /** Where a rank's piece begins in that rank's own buffers. */
  long at(int unit, int rank) {
    return IntStream.range(0, unit).mapToLong(before -> length(before, rank)).sum();
  }

  long length(int unit, int rank) {
    Range piece = within(unit, rank);
    return piece.to() - piece.from();
  }

  /** Elements of a rank's own buffers. */
  long elements(int rank) {
    return at(units(), rank);
  }

  /**
   * A part of every rank's piece.
   *
   * @param values of the unit, [elements]
   * @param part within each piece; what lies behind a piece's end is left out
   */
  List<Tensor> pieces(int unit, Tensor values, Range part) {
    return IntStream.range(0, size)
        .mapToObj(
            rank -> {
              Range piece = within(unit, rank);
              long from = Math.min(piece.from() + part.from(), piece.to());
              long to = Math.min(piece.from() + part.to(), piece.to());
              return values.narrow(0, from, to - from);
            })
        .toList();
  }
}
