package io.vlmr1.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoomTest {
  @BeforeAll
  static void load() {
    Natives.load();
  }

  @Test
  void viewsOfARoomSeeWhatItHoldsEachTimeItIsOpen() {
    try (Retained kept = new Retained();
        Scope scope = Scope.open()) {
      Room room = new Room(Dtype.FLOAT32, 100, kept);
      Tensor view = room.flat().narrow(0, 10, 20).view(4, 5);
      for (int i = 1; i <= 3; i++) {
        room.openZeroed();
        assertThat(view.sum().item_double()).isZero();
        room.flat().fill_(new Scalar((double) i));
        assertThat(view.sum().item_double()).isEqualTo(20.0 * i);
        room.close();
        assertThat(room.isOpen()).isFalse();
      }
    }
  }

  @Test
  void aClosedRoomHoldsNoMemory() throws IOException {
    long bytes = 256L << 20;
    try (Retained kept = new Retained()) {
      Room room = new Room(Dtype.FLOAT32, bytes / 4, kept);
      long before = resident();
      for (int i = 0; i < 20; i++) {
        room.openZeroed();
        assertThat(resident() - before).isGreaterThan(bytes * 3 / 4);
        room.close();
      }
      assertThat(resident() - before).isLessThan(bytes / 4);
    }
  }

  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
