package io.vlmr1.data;

import java.util.List;

/**
 * What must hold of a row besides its form, before anything is trained on it; rewards implement it.
 */
public interface RowCheck {
  /** Nothing more than the form. */
  RowCheck NONE = row -> List.of();

  /** What is wrong with the row, in words without its place; empty when it is usable. */
  List<String> problems(Row row);
}
