package io.vlmr1.operator.decide;

import io.vlmr1.api.rules.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** The words of problems, as {@code vlmr1 validate} prints them. */
public final class Problems {
  private Problems() {}

  /** A line each, in the rules' order. */
  public static String lines(List<Problem> problems) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }
}
