package io.vlmr1.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Real processes, one of them really killed. */
class RanksTest {

  @Test
  void everyRankHasTheSumTheBroadcastAndAllMessages() throws IOException {
    int port = freePort();
    try (ChildJvm zero = rank(port, 0, 2, 60, "collectives");
        ChildJvm one = rank(port, 1, 2, 60, "collectives")) {
      for (ChildJvm child : new ChildJvm[] {zero, one}) {
        assertThat(child.exitCode()).as(child.output()).isZero();
        assertThat(child.output())
            .contains(
                "sum 3.0 3.0",
                "bfloat16 8.0",
                "broadcast 1.0",
                "gather 5rank0 8rank1",
                "gather 5rank0 2045rank1",
                "gather 5rank0 5005rank1",
                "done");
      }
    }
  }

  @Test
  void piecesAreSummedAtTheirOwnersAndSharedFromThere() throws IOException {
    int port = freePort();
    try (ChildJvm zero = rank(port, 0, 3, 60, "pieces");
        ChildJvm one = rank(port, 1, 3, 60, "pieces");
        ChildJvm two = rank(port, 2, 3, 60, "pieces")) {
      for (ChildJvm child : new ChildJvm[] {zero, one, two}) {
        assertThat(child.exitCode()).as(child.output()).isZero();
        assertThat(child.output())
            .as("1 + 10 + 100 in each of 8 elements")
            .contains("all 888.0 bfloat16 888.0", "done");
      }
      assertThat(zero.output()).contains("mine 555.0");
      assertThat(one.output()).contains("mine 0.0");
      assertThat(two.output()).contains("mine 333.0");
    }
  }

  @Test
  void theOthersEndAtOnceWhenARankIsKilled() throws IOException {
    int port = freePort();
    try (ChildJvm zero = rank(port, 0, 2, 60, "loop");
        ChildJvm one = rank(port, 1, 2, 60, "loop")) {
      one.awaitOutput("looping");
      zero.awaitOutput("looping");
      one.kill();
      assertThat(zero.exitCode()).as(zero.output()).isEqualTo(ExitCode.PEER_LOST.code());
      assertThat(zero.output()).contains("rank 0 of 2 lost another rank in");
    }
  }

  @Test
  void differentSizesAreAnErrorAndNotACrash() throws IOException {
    int port = freePort();
    try (ChildJvm zero = rank(port, 0, 2, 60, "sizes");
        ChildJvm one = rank(port, 1, 2, 60, "sizes")) {
      assertThat(one.exitCode()).as(one.output()).isEqualTo(ExitCode.INTERNAL.code());
      assertThat(one.output()).contains("rank 1 brings 32 elements and rank 0 brings 16");
      assertThat(zero.exitCode()).as(zero.output()).isEqualTo(ExitCode.INTERNAL.code());
    }
  }

  @Test
  void whoeverIsMissingIsNamed() throws IOException {
    int port = freePort();
    try (ChildJvm zero = rank(port, 0, 3, 5, "collectives");
        ChildJvm two = rank(port, 2, 3, 5, "collectives")) {
      assertThat(zero.exitCode()).as(zero.output()).isEqualTo(18);
      assertThat(two.exitCode()).as(two.output()).isEqualTo(18);
      assertThat(zero.output()).contains("these did not come within 5 s: [1]");
    }
  }

  @Test
  void anAbsentRankZeroIsNamedByItsAddress() throws IOException {
    int port = freePort();
    try (ChildJvm one = rank(port, 1, 2, 2, "collectives")) {
      assertThat(one.exitCode()).as(one.output()).isEqualTo(18);
      assertThat(one.output()).contains("rank 0 does not answer at 127.0.0.1:" + port);
    }
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0);
        ChildJvm zero = rank(taken.getLocalPort(), 0, 2, 5, "collectives")) {
      assertThat(zero.exitCode()).as(zero.output()).isEqualTo(ExitCode.ADDRESS_IN_USE.code());
      assertThat(zero.output()).contains("port " + taken.getLocalPort() + " is taken");
    }
  }

  @Test
  void theEnvironmentSaysWhoAProcessIs() {
    Rendezvous rendezvous =
        Rendezvous.of(
            Map.of(
                "MASTER_ADDR", "job-0.job",
                "WORLD_SIZE", "8",
                "NODE_RANK", "3",
                "NPROC_PER_NODE", "2",
                "LOCAL_RANK", "1"));
    assertThat(rendezvous.rank()).isEqualTo(7);
    assertThat(rendezvous.host()).isEqualTo("job-0.job");
    assertThat(rendezvous.port()).isEqualTo(29500);
  }

  @Test
  void aRankBeyondTheWorldIsRefused() {
    assertThatThrownBy(() -> Rendezvous.of(Map.of("WORLD_SIZE", "2", "NODE_RANK", "2")))
        .isInstanceOfSatisfying(
            VlmR1Exception.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("is not below WORLD_SIZE=2");
  }

  private static ChildJvm rank(int port, int rank, int size, int seconds, String work) {
    return ChildJvm.start(
        RankProcess.class,
        Map.of(),
        Integer.toString(port),
        Integer.toString(rank),
        Integer.toString(size),
        Integer.toString(seconds),
        work);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
