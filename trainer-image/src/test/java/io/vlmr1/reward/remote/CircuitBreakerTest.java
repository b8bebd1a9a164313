package io.vlmr1.reward.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private final AtomicLong now = new AtomicLong();
  private final CircuitBreaker breaker = new CircuitBreaker(3, Duration.ofSeconds(30), now::get);

  @Test
  void opensAfterFailuresInARowAndClosesAfterOneSuccess() {
    breaker.failed();
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    breaker.failed();
    assertThat(breaker.permits()).isTrue();

    breaker.failed();
    assertThat(breaker.permits()).isFalse();

    now.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(breaker.permits()).isTrue();
    assertThat(breaker.permits()).as("one may try").isFalse();

    breaker.succeeded();
    assertThat(breaker.permits()).isTrue();
  }

  @Test
  void staysOpenWhenTheTryFails() {
    for (int i = 0; i < 3; i++) {
      breaker.failed();
    }
    now.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(breaker.permits()).isTrue();
    breaker.failed();

    assertThat(breaker.permits()).isFalse();
  }
}
