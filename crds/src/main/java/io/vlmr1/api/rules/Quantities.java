package io.vlmr1.api.rules;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Amounts as Kubernetes writes them: 500m, 2, 10Gi. */
final class Quantities {
  private Quantities() {}

  /** In units, bytes for memory; null for what is no amount. */
  static @Nullable BigDecimal amount(Quantity quantity) {
    try {
      return quantity.getNumericalAmount();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return null;
    }
  }

  static void check(String path, Quantity quantity, List<Problem> problems) {
    BigDecimal amount = amount(quantity);
    if (amount == null || amount.signum() < 0) {
      problems.add(
          new Problem(
              path, '"' + quantity.toString() + "\" is no amount", "write it as 2, 500m or 10Gi"));
    }
  }
}
