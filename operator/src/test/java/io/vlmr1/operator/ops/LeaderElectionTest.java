package io.vlmr1.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {
  private static final Optional<String> HOST = Optional.of("host");

  @Test
  void aContainerStartedAgainInItsPodIsTheSameHolder() {
    Optional<String> pod = Optional.of("operator-7d5f-abcde");
    assertThat(LeaderElection.identity(pod, HOST))
        .isEqualTo(LeaderElection.identity(pod, HOST))
        .isEqualTo("operator-7d5f-abcde");
  }

  @Test
  void outsideOfPodsEachStartIsAnotherHolder() {
    assertThat(LeaderElection.identity(Optional.empty(), HOST))
        .startsWith("host_")
        .isNotEqualTo(LeaderElection.identity(Optional.empty(), HOST));
  }
}
