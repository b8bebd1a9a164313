package io.vlmr1.reward.math;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A union of disjoint intervals and points, from left to right.
 *
 * @param pieces that do not touch
 */
record RealSet(List<Piece> pieces) {
  static final RealSet EMPTY = new RealSet(List.of());
  static final RealSet ALL = of(new Piece(End.NEGATIVE_INFINITY, false, End.INFINITY, false));

  RealSet {
    pieces = List.copyOf(pieces);
  }

  /**
   * An end of an interval.
   *
   * @param exact as written
   * @param place on the number line
   */
  record End(Expr exact, double place) {
    static final End INFINITY = new End(Expr.Call.INFINITY, Double.POSITIVE_INFINITY);
    static final End NEGATIVE_INFINITY =
        new End(Expr.negative(Expr.Call.INFINITY), Double.NEGATIVE_INFINITY);

    /** Empty for what is no real constant. */
    static Optional<End> of(Expr expression) {
      if (expression.equals(Expr.Call.INFINITY)) {
        return Optional.of(INFINITY);
      }
      if (expression.equals(NEGATIVE_INFINITY.exact)) {
        return Optional.of(NEGATIVE_INFINITY);
      }
      if (!expression.symbols().isEmpty()) {
        return Optional.empty();
      }
      Approx value = new Approximation(Map.of(), new Effort()).of(expression);
      return value.defined() && value.real()
          ? Optional.of(new End(expression, value.re()))
          : Optional.empty();
    }
  }

  /** An interval; a point when both ends are the same and belong to it. */
  record Piece(End low, boolean lowIn, End high, boolean highIn) {
    boolean empty() {
      return low.place > high.place || (low.place == high.place && !(lowIn && highIn));
    }
  }

  static RealSet of(Piece piece) {
    return piece.empty() ? EMPTY : new RealSet(List.of(piece));
  }

  static RealSet point(End end) {
    return of(new Piece(end, true, end, true));
  }

  RealSet union(RealSet other) {
    List<Piece> all = new ArrayList<>(pieces);
    all.addAll(other.pieces);
    all.sort(
        Comparator.comparingDouble((Piece piece) -> piece.low.place)
            .thenComparing(piece -> !piece.lowIn));
    List<Piece> result = new ArrayList<>();
    for (Piece piece : all) {
      Piece last = result.isEmpty() ? null : result.get(result.size() - 1);
      boolean joins =
          last != null
              && (piece.low.place < last.high.place
                  || (piece.low.place == last.high.place && (piece.lowIn || last.highIn)));
      if (last == null || !joins) {
        result.add(piece);
        continue;
      }
      boolean further =
          piece.high.place > last.high.place
              || (piece.high.place == last.high.place && piece.highIn);
      Piece end = further ? piece : last;
      result.set(result.size() - 1, new Piece(last.low, last.lowIn, end.high, end.highIn));
    }
    return new RealSet(result);
  }

  RealSet complement() {
    List<Piece> result = new ArrayList<>();
    End from = End.NEGATIVE_INFINITY;
    boolean in = false;
    for (Piece piece : pieces) {
      Piece gap = new Piece(from, in, piece.low, !piece.lowIn);
      if (!gap.empty() && piece.low.place != Double.NEGATIVE_INFINITY) {
        result.add(gap);
      }
      from = piece.high;
      in = !piece.highIn;
    }
    if (from.place != Double.POSITIVE_INFINITY) {
      result.add(new Piece(from, in, End.INFINITY, false));
    }
    return new RealSet(result);
  }

  RealSet intersection(RealSet other) {
    return complement().union(other.complement()).complement();
  }

  /** Whether it is a handful of points. */
  boolean points() {
    return pieces.stream().allMatch(piece -> piece.low.place == piece.high.place);
  }
}
