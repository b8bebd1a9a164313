package io.vlmr1.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A scale of an axis: round numbers that enclose the data.
 *
 * @param low first tick
 * @param high last tick
 * @param step between ticks
 */
record Ticks(double low, double high, double step) {
  private static final int ABOUT = 5;

  /** Encloses both values with about five steps of 1, 2 or 5 times a power of ten. */
  static Ticks around(double least, double most) {
    double span = most - least;
    if (!(span > 0)) {
      double half = least == 0 ? 1 : Math.abs(least) * 0.5;
      return around(least - half, least + half);
    }
    double rough = span / ABOUT;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    return new Ticks(Math.floor(least / step) * step, Math.ceil(most / step) * step, step);
  }

  /** Every tick from low to high. */
  List<Double> values() {
    List<Double> values = new ArrayList<>();
    int count = (int) Math.round((high - low) / step);
    for (int i = 0; i <= count; i++) {
      values.add(low + i * step);
    }
    return values;
  }

  /** A tick as short as its step allows. */
  String label(double value) {
    int digits = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    return digits > 4
        ? String.format(Locale.ROOT, "%.0e", value)
        : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Where a value lies: 0 at low, 1 at high. */
  double share(double value) {
    return (value - low) / (high - low);
  }
}
