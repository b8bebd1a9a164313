package io.vlmr1.rollout;

import io.vlmr1.api.v1alpha1.SamplingSpec;

/**
 * The most probable tokens of one row, cut to those that may be drawn.
 *
 * @param probabilities descending; only the first `count` may be drawn
 * @param count how many; 0 when the row's end was not seen and more must be looked at
 * @param mass their sum
 */
record Candidates(float[] probabilities, int count, double mass) {

  /**
   * Cuts by top-p, then by min-p.
   *
   * @param descending the largest probabilities of a row
   * @param all whether no other token may be drawn
   */
  static Candidates of(float[] descending, SamplingSpec spec, boolean all) {
    double total = 1;
    if (spec.topK() > 0) {
      total = 0;
      for (float probability : descending) {
        total += probability;
      }
    }
    double floor = spec.minP() * descending[0];
    double mass = 0;
    for (int i = 0; i < descending.length; i++) {
      // top-p keeps the token that crosses the line; min-p never drops the first
      boolean enough = i > 0 && (mass >= spec.topP() * total || descending[i] < floor);
      if (enough) {
        return new Candidates(descending, i, mass);
      }
      mass += descending[i];
    }
    return new Candidates(descending, all ? descending.length : 0, mass);
  }

  /** Index of the token that a uniform number falls on; -1 when more tokens must be looked at. */
  int draw(double uniform) {
    return count == 0 ? -1 : draw(probabilities, count, mass, uniform);
  }

  /**
   * Inverse of the cumulated probabilities; rounding at the end falls on the last possible token.
   */
  static int draw(float[] probabilities, int count, double mass, double uniform) {
    double target = uniform * mass;
    double sum = 0;
    int last = 0;
    for (int i = 0; i < count; i++) {
      if (probabilities[i] > 0) {
        last = i;
        sum += probabilities[i];
        if (target < sum) {
          return i;
        }
      }
    }
    return last;
  }
}
