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

  /** Both checks, this one's problems first. */
  default RowCheck and(RowCheck other) {
    return row -> Stream.concat(problems(row).stream(), other.problems(row).stream()).toList();
  }
}
