package io.vlmr1.reward.math;

/**
 * A complex number known up to an error: two results are the same only if their errors leave room
 * for it, so that rounding neither parts equal numbers nor joins unequal ones. Running error
 * analysis after Wilkinson, with generous constants.
 *
 * @param re real part
 * @param im imaginary part
 * @param err how far the true value may be, at most
 */
record Approx(double re, double im, double err) {
  static final Approx UNDEFINED = new Approx(Double.NaN, 0, 0);
  static final Approx ZERO = new Approx(0, 0, 0);
  static final Approx ONE = new Approx(1, 0, 0);
  private static final double UNIT = 3e-16;

  static Approx of(double value) {
    return new Approx(value, 0, 0);
  }

  /** A value that rounding has touched once. */
  static Approx rounded(double re, double im, double err) {
    double size = Math.hypot(re, im);
    return Double.isFinite(size) && Double.isFinite(err)
        ? new Approx(re, im, err + UNIT * size)
        : UNDEFINED;
  }

  boolean defined() {
    return !Double.isNaN(re) && !Double.isNaN(im);
  }

  boolean real() {
    return im == 0;
  }

  double size() {
    return Math.hypot(re, im);
  }

  /** Whether the error leaves enough digits to tell numbers apart. */
  boolean telling() {
    return defined() && err <= 1e-8 * Math.max(size(), 1e-6);
  }

  /** Whether the two may be the same number. */
  boolean meets(Approx other) {
    return Math.hypot(re - other.re, im - other.im) <= 4 * (err + other.err);
  }

  Approx plus(Approx other) {
    return rounded(re + other.re, im + other.im, err + other.err);
  }

  Approx negate() {
    return new Approx(-re, -im == 0 ? 0 : -im, err);
  }

  Approx minus(Approx other) {
    return plus(other.negate());
  }

  Approx times(Approx other) {
    if (real() && other.real()) {
      return rounded(re * other.re, 0, product(other));
    }
    return rounded(
        re * other.re - im * other.im,
        re * other.im + im * other.re,
        product(other) + 2 * UNIT * size() * other.size());
  }

  private double product(Approx other) {
    return size() * other.err + other.size() * err + err * other.err;
  }

  Approx over(Approx other) {
    double divisor = other.size();
    if (divisor <= 4 * other.err || divisor == 0) {
      return UNDEFINED;
    }
    double square = other.re * other.re + other.im * other.im;
    double high = real() && other.real() ? re / other.re : (re * other.re + im * other.im) / square;
    double low = real() && other.real() ? 0 : (im * other.re - re * other.im) / square;
    double quotient = Math.hypot(high, low);
    return rounded(
        high, low, (err + quotient * other.err) / (divisor - other.err) + 3 * UNIT * quotient);
  }

  Approx exp() {
    double size = Math.exp(re);
    double error =
        size * (Math.expm1(Math.min(err, 50)) + UNIT * (2 + Math.abs(re) + Math.abs(im)));
    return real()
        ? rounded(size, 0, error)
        : rounded(size * Math.cos(im), size * Math.sin(im), error);
  }

  /** Principal branch; undefined where the error cannot tell on which side of the cut it lies. */
  Approx log() {
    double size = size();
    if (size <= 4 * err || (re < 0 && im != 0 && Math.abs(im) <= 4 * err)) {
      return UNDEFINED;
    }
    double angle = real() && re > 0 ? 0 : Math.atan2(im, re);
    return rounded(Math.log(size), angle, err / (size - err) + UNIT);
  }

  Approx sqrt() {
    if (real()) {
      double root = Math.sqrt(Math.abs(re));
      double error = root == 0 ? Math.sqrt(err) : Math.min(err / root, Math.sqrt(err));
      return re >= 0 ? rounded(root, 0, error) : rounded(0, root, error);
    }
    return size() <= 4 * err ? UNDEFINED : log().times(of(0.5)).exp();
  }

  /** To a power; a whole one by multiplying. */
  Approx power(Approx exponent) {
    boolean whole = exponent.real() && exponent.err == 0 && exponent.re == Math.rint(exponent.re);
    if (whole && Math.abs(exponent.re) <= 64) {
      Approx result = ONE;
      for (int i = 0; i < Math.abs(exponent.re); i++) {
        result = result.times(this);
      }
      return exponent.re < 0 ? ONE.over(result) : result;
    }
    if (size() <= 4 * err) {
      return exponent.real() && exponent.re > 0 && err == 0 ? ZERO : UNDEFINED;
    }
    return log().times(exponent).exp();
  }

  Approx sin() {
    if (real()) {
      return rounded(Math.sin(re), 0, err + UNIT * Math.abs(re));
    }
    double growth = Math.cosh(im);
    return rounded(
        Math.sin(re) * growth,
        Math.cos(re) * Math.sinh(im),
        growth * (err + UNIT * (4 + Math.abs(re) + Math.abs(im))));
  }

  Approx cos() {
    return of(Math.PI / 2).withError(UNIT).minus(this).sin();
  }

  Approx withError(double more) {
    return new Approx(re, im, err + more);
  }

  Approx magnitude() {
    return rounded(size(), 0, err);
  }
}
