package io.vlmr1.reward.math;

import java.util.HashMap;
import java.util.Map;

/**
 * A definite integral over a finite, smooth stretch, by Gauss and Legendre's five points a panel.
 */
final class Integral {
  private static final double[] PLACES = {
    0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664
  };
  private static final double[] WEIGHTS = {
    0.5688888888888889,
    0.47862867049936647,
    0.47862867049936647,
    0.23692688505618908,
    0.23692688505618908
  };
  private static final int PANELS = 24;

  private Integral() {}

  /** The value with the difference of two resolutions as its error; undefined when they differ. */
  static Approx of(Expr.Call call, Map<String, Approx> symbols, Effort effort) {
    Approximation outer = new Approximation(symbols, effort);
    Approx low = outer.of(call.second());
    Approx high = outer.of(call.arguments().get(2));
    if (!low.defined() || !high.defined() || !low.real() || !high.real()) {
      return Approx.UNDEFINED;
    }
    Approx coarse = panels(call, symbols, effort, new double[] {low.re(), high.re(), PANELS});
    Approx fine = panels(call, symbols, effort, new double[] {low.re(), high.re(), 2 * PANELS});
    if (!coarse.defined() || !fine.defined()) {
      return Approx.UNDEFINED;
    }
    double difference = coarse.minus(fine).size();
    double error = difference + 1e-14 * Math.max(1, fine.size());
    return error < 1e-9 * Math.max(1, fine.size()) ? fine.withError(error) : Approx.UNDEFINED;
  }

  private static Approx panels(
      Expr.Call call, Map<String, Approx> symbols, Effort effort, double[] range) {
    String name = ((Expr.Sym) call.first()).name();
    int panels = (int) range[2];
    double half = (range[1] - range[0]) / panels / 2;
    Approx sum = Approx.ZERO;
    Map<String, Approx> inner = new HashMap<>(symbols);
    for (int panel = 0; panel < panels; panel++) {
      double middle = range[0] + (2 * panel + 1) * half;
      for (int i = 0; i < PLACES.length; i++) {
        inner.put(name, Approx.of(middle + half * PLACES[i]));
        Approx value = new Approximation(inner, effort).of(call.arguments().get(3));
        sum = sum.plus(value.times(Approx.of(WEIGHTS[i] * half)));
      }
    }
    return sum;
  }
}
