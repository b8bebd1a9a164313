package io.vlmr1.cli.doctor;

import io.vlmr1.cli.run.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two real processes that meet over loopback and add up a tensor, as workers do. */
final class Collectives {
  private static final int RANKS = 2;
  private static final long LIMIT_MILLISECONDS = 60_000;

  private Collectives() {}

  static Finding check() {
    List<Child> children = new ArrayList<>();
    try {
      Path folder = Files.createTempDirectory("vlmr1-doctor");
      int port = freePort();
      for (int rank = 0; rank < RANKS; rank++) {
        children.add(
            Child.start(
                DoctorRank.class.getName(),
                List.of(Integer.toString(rank), Integer.toString(RANKS), Integer.toString(port)),
                Map.of("OMP_NUM_THREADS", "1"),
                folder.resolve("rank-" + rank + ".log")));
      }
      long end = System.nanoTime() + LIMIT_MILLISECONDS * 1_000_000;
      boolean ended = true;
      for (Child child : children) {
        ended &= child.await(Math.max(0, (end - System.nanoTime()) / 1_000_000));
      }
      return ended && children.stream().allMatch(child -> child.exitCode() == 0)
          ? Finding.ok("collectives", last(children.get(0)))
          : Finding.fail("collectives", failure(children, folder));
    } catch (IOException e) {
      return Finding.fail("collectives", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.fail("collectives", "interrupted");
    } finally {
      children.forEach(Child::kill);
    }
  }

  private static String failure(List<Child> children, Path folder) {
    for (Child child : children) {
      if (!child.alive() && child.exitCode() != 0) {
        return last(child) + "; logs in " + folder;
      }
    }
    return RANKS
        + " processes did not finish within "
        + LIMIT_MILLISECONDS / 1000
        + " s; a firewall may close 127.0.0.1; logs in "
        + folder;
  }

  private static String last(Child child) {
    List<String> lines = child.lastLines(1);
    return lines.isEmpty() ? "no word from the process" : lines.get(0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
