package io.vlmr1.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.report.MetricsLog;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepBudgetTest {
  @Test
  void aFastMachineTakesAllSteps() {
    assertThat(StepBudget.steps(1100, steps(0.05))).isEqualTo(1100);
  }

  @Test
  void aSlowerOneTakesAsManyAsFit() {
    assertThat(StepBudget.steps(1100, steps(0.11))).isBetween(800, 950);
  }

  @Test
  void noMachineTakesLessThanHalf() {
    assertThat(StepBudget.steps(1100, steps(5))).isEqualTo(550);
  }

  @Test
  void withoutAStartToTellFromItTakesAll() {
    assertThat(StepBudget.steps(1100, List.of())).isEqualTo(1100);
  }

  private static List<MetricsLog.Step> steps(double seconds) {
    return Collections.nCopies(9, new MetricsLog.Step(1, Map.of("step_time", seconds)));
  }
}
