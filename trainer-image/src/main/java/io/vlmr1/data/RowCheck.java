package io.vlmr1.data;

import java.util.List;
import java.util.stream.Stream;

/**
 * What must hold of a row besides its form, before anything is trained on it; rewards implement it.
 */
public interface RowCheck {
  /** Nothing more than the form. */
  RowCheck NONE = row -> List.of();

  /** What is wrong with the row, in words without its place; empty when it is usable. */
  List<String> problems(Row row);

  /** Whether a row without problems is left out and counted all the same. */
  default boolean drops(Row row) {
    return false;
  }

  /** Both checks, this one's problems first. */
  default RowCheck and(RowCheck other) {
    RowCheck first = this;
    return new RowCheck() {
      @Override
      public List<String> problems(Row row) {
        return Stream.concat(first.problems(row).stream(), other.problems(row).stream()).toList();
      }

      @Override
      public boolean drops(Row row) {
        return first.drops(row) || other.drops(row);
      }
    };
  }
}
