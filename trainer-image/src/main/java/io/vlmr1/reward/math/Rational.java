package io.vlmr1.reward.math;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Optional;

/**
 * An exact fraction in lowest terms, its size bounded: what grows beyond the bound is given up.
 *
 * @param top numerator
 * @param bottom denominator, positive
 */
record Rational(BigInteger top, BigInteger bottom) implements Comparable<Rational> {
  static final Rational ZERO = of(0);
  static final Rational ONE = of(1);

  /** Enough for 1000!, little enough to stay fast. */
  private static final int MOST_BITS = 20_000;

  private static final MathContext DIGITS = new MathContext(40);

  Rational {
    if (bottom.signum() == 0) {
      throw new NotMath("a division by zero");
    }
    if (top.bitLength() > MOST_BITS || bottom.bitLength() > MOST_BITS) {
      throw new NotMath("a number too large to compute with");
    }
    BigInteger common = bottom.equals(BigInteger.ONE) ? BigInteger.ONE : top.gcd(bottom);
    if (bottom.signum() < 0) {
      common = common.negate();
    }
    if (!common.equals(BigInteger.ONE)) {
      top = top.divide(common);
      bottom = bottom.divide(common);
    }
  }

  static Rational of(long value) {
    return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
  }

  static Rational of(long top, long bottom) {
    return new Rational(BigInteger.valueOf(top), BigInteger.valueOf(bottom));
  }

  static Rational of(BigDecimal value) {
    if (Math.abs((long) value.scale()) > 5000) {
      throw new NotMath("a number too large to compute with");
    }
    return value.scale() > 0
        ? new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()))
        : new Rational(value.toBigIntegerExact(), BigInteger.ONE);
  }

  Rational plus(Rational other) {
    return new Rational(
        top.multiply(other.bottom).add(other.top.multiply(bottom)), bottom.multiply(other.bottom));
  }

  Rational minus(Rational other) {
    return plus(other.negate());
  }

  Rational times(Rational other) {
    return new Rational(top.multiply(other.top), bottom.multiply(other.bottom));
  }

  Rational over(Rational other) {
    return new Rational(top.multiply(other.bottom), bottom.multiply(other.top));
  }

  Rational negate() {
    return new Rational(top.negate(), bottom);
  }

  Rational abs() {
    return signum() < 0 ? negate() : this;
  }

  /** To a whole power; a negative one turns the fraction over. */
  Rational power(int exponent) {
    long bits = Math.max(top.bitLength(), bottom.bitLength());
    int size = Math.abs(exponent);
    if (bits > 1 && bits * size > 2L * MOST_BITS) {
      throw new NotMath("a power too large to compute with");
    }
    return exponent < 0
        ? new Rational(bottom.pow(size), top.pow(size))
        : new Rational(top.pow(size), bottom.pow(size));
  }

  /** The real root if it is a fraction. */
  Optional<Rational> root(int degree) {
    if (signum() < 0) {
      return degree % 2 == 0 ? Optional.empty() : negate().root(degree).map(Rational::negate);
    }
    Optional<BigInteger> high = root(top, degree);
    Optional<BigInteger> low = root(bottom, degree);
    return high.isPresent() && low.isPresent()
        ? Optional.of(new Rational(high.get(), low.get()))
        : Optional.empty();
  }

  private static Optional<BigInteger> root(BigInteger value, int degree) {
    if (degree == 2) {
      BigInteger[] root = value.sqrtAndRemainder();
      return root[1].signum() == 0 ? Optional.of(root[0]) : Optional.empty();
    }
    BigInteger low = BigInteger.ZERO;
    BigInteger high = BigInteger.ONE.shiftLeft(value.bitLength() / degree + 1);
    while (low.compareTo(high) <= 0) {
      BigInteger middle = low.add(high).shiftRight(1);
      int sign = middle.pow(degree).compareTo(value);
      if (sign == 0) {
        return Optional.of(middle);
      }
      if (sign < 0) {
        low = middle.add(BigInteger.ONE);
      } else {
        high = middle.subtract(BigInteger.ONE);
      }
    }
    return Optional.empty();
  }

  BigInteger floor() {
    BigInteger[] parts = top.divideAndRemainder(bottom);
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  boolean isWhole() {
    return bottom.equals(BigInteger.ONE);
  }

  /** The value as an int, for counting. */
  int count(int most) {
    if (!isWhole() || top.bitLength() > 31 || Math.abs(top.longValueExact()) > most) {
      throw new NotMath("not a whole number up to " + most);
    }
    return top.intValueExact();
  }

  int signum() {
    return top.signum();
  }

  BigDecimal decimal() {
    return new BigDecimal(top).divide(new BigDecimal(bottom), DIGITS);
  }

  double toDouble() {
    return top.bitLength() < 53 && bottom.bitLength() < 53
        ? top.doubleValue() / bottom.doubleValue()
        : decimal().doubleValue();
  }

  @Override
  public int compareTo(Rational other) {
    return top.multiply(other.bottom).compareTo(other.top.multiply(bottom));
  }

  @Override
  public String toString() {
    return isWhole() ? top.toString() : top + "/" + bottom;
  }
}
