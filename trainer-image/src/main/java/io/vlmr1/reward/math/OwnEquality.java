package io.vlmr1.reward.math;

/** Equality by the rules of {@link Comparison}. */
final class OwnEquality implements MathEquality {
  @Override
  public Answer read(String text) {
    return Formulas.read(text);
  }

  @Override
  public Outcome compare(Answer answer, Answer truth) {
    Reading given = (Reading) answer;
    Reading right = (Reading) truth;
    try {
      boolean equal = new Comparison().same(given, right);
      return new Outcome(equal, equal ? "equal" : "not equal");
    } catch (StackOverflowError e) {
      return new Outcome(false, "not found equal: nested too deep");
    } catch (NotMath e) {
      return new Outcome(false, "not found equal: " + e.getMessage());
    }
  }
}
