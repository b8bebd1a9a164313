package io.vlmr1.reward.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MathEqualityTest {
  @Test
  void isTheSameInBothDirections() {
    List<String> answers =
        List.of("\\frac12", "0.5", "50\\%", "x>1", "(1,\\infty)", "\\{1,2\\}", "2,1", "(1,2)", "B");
    for (String one : answers) {
      for (String other : answers) {
        assertThat(equal(one, other)).as("%s and %s", one, other).isEqualTo(equal(other, one));
      }
    }
  }

  @Test
  void findsAlmostEqualNumbersUnequal() {
    assertThat(equal("10^{20}+\\sqrt{2}", "10^{20}+\\sqrt{3}")).isFalse();
    assertThat(equal("\\sqrt{2}+\\sqrt{3}", "\\sqrt{9.898979486}")).isFalse();
    assertThat(equal("e^{\\pi\\sqrt{163}}", "262537412640768744")).isFalse();
    assertThat(equal("2^{2000}", "2^{2000}+1")).isFalse();
    assertThat(equal("\\frac{355}{113}", "\\pi")).isFalse();
  }

  /** Products of random factors, multiplied out, equal themselves and nothing one off. */
  @Test
  void multipliesRandomPolynomialsOut() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      int a = random.nextInt(19) - 9;
      int b = random.nextInt(19) - 9;
      int c = 1 + random.nextInt(9);
      String product = "(%dx%+d)(x%+d)".formatted(c, a, b);
      String sum = "%dx^2%+dx%+d".formatted(c, c * b + a, a * b);
      String wrong = "%dx^2%+dx%+d".formatted(c, c * b + a + 1, a * b);

      assertThat(equal(product, sum)).as("%s and %s", product, sum).isTrue();
      assertThat(equal(product, wrong)).as("%s and %s", product, wrong).isFalse();
    }
  }

  @Test
  void comparesRandomFractionsExactly() {
    Random random = new Random(8);
    for (int round = 0; round < 300; round++) {
      int top = random.nextInt(2000) - 1000;
      int bottom = 1 + random.nextInt(999);
      int factor = 2 + random.nextInt(9);
      String one = "\\frac{%d}{%d}".formatted(top, bottom);

      assertThat(equal(one, "%d/%d".formatted(top * factor, bottom * factor))).as(one).isTrue();
      assertThat(equal(one, "%d/%d".formatted(top * factor + 1, bottom * factor)))
          .as(one)
          .isFalse();
    }
  }

  private static boolean equal(String answer, String truth) {
    return MathEquality.OWN
        .compare(MathEquality.OWN.read(answer), MathEquality.OWN.read(truth))
        .equal();
  }
}
