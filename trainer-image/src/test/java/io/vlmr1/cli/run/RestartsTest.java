package io.vlmr1.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.RestartPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestartsTest {
  private static final RestartPolicy POLICY = new RestartPolicy(2, 3, 5, 12, 0, 120);

  @ParameterizedTest
  @EnumSource(ExitCode.class)
  void restartsExactlyWhatTheContractCallsWorthARetry(ExitCode code) {
    assertThat(Restarts.none(POLICY).after(outcome(code.code())).isPresent())
        .isEqualTo(code.retryHelps());
  }

  @Test
  void restartsAKilledProcess() {
    assertThat(Restarts.none(POLICY).after(outcome(137))).contains(new Restarts(POLICY, 1, 0));
  }

  @Test
  void countsWhatCameFromOutsideOnABudgetOfItsOwn() {
    assertThat(Restarts.none(POLICY).after(outcome(143))).contains(new Restarts(POLICY, 0, 1));
    assertThat(new Restarts(POLICY, 2, 2).after(outcome(143))).isPresent();
    assertThat(new Restarts(POLICY, 2, 3).after(outcome(143))).isEmpty();
    assertThat(new Restarts(POLICY, 2, 0).after(outcome(137))).isEmpty();
  }

  @Test
  void doublesTheWaitUpToItsMost() {
    assertThat(new Restarts(POLICY, 0, 1).backoff()).isZero();
    assertThat(new Restarts(POLICY, 1, 0).backoff()).isEqualTo(Duration.ofSeconds(5));
    assertThat(new Restarts(POLICY, 2, 0).backoff()).isEqualTo(Duration.ofSeconds(10));
    assertThat(new Restarts(POLICY, 3, 0).backoff()).isEqualTo(Duration.ofSeconds(12));
  }

  private static Outcome outcome(int code) {
    return new Outcome(code, new Failure("rank 1", null, code, "", "", ""));
  }
}
