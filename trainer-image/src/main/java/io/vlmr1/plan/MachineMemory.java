package io.vlmr1.plan;

import io.vlmr1.tensor.Natives;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Memory of this machine and of the container around this process, in bytes. Linux only. */
public final class MachineMemory {
  private static final Path GROUP = Path.of("/sys/fs/cgroup");
  private static final Path OLD_GROUP = Path.of("/sys/fs/cgroup/memory");
  private static final long NO_LIMIT = 1L << 50; // version 1 says "none" by a huge number

  private MachineMemory() {}

  /** What may still be taken: the container's limit or the machine's, whichever is nearer. */
  public static long left() {
    long machine = kibibytes("/proc/meminfo", "MemAvailable:").orElse(Long.MAX_VALUE);
    long limit = limit().orElse(Long.MAX_VALUE);
    if (limit == Long.MAX_VALUE) {
      return machine;
    }
    long used =
        number(GROUP.resolve("memory.current"))
            .orElse(number(OLD_GROUP.resolve("memory.usage_in_bytes")).orElse(0));
    return Math.max(0, Math.min(machine, limit - used + cached()));
  }

  /** The container's limit, where there is one. */
  public static OptionalLong limit() {
    OptionalLong limit = number(GROUP.resolve("memory.max"));
    if (limit.isEmpty()) {
      limit = number(OLD_GROUP.resolve("memory.limit_in_bytes"));
    }
    return limit.isPresent() && limit.getAsLong() < NO_LIMIT ? limit : OptionalLong.empty();
  }

  /** Resident memory of this process now. */
  public static long resident() {
    return kibibytes("/proc/self/status", "VmRSS:").orElse(0);
  }

  /**
   * What this process will hold without a model: what it holds now, and what of the Java heap's
   * first generation it has not touched yet: it is filled before it is first collected. What was
   * freed since it began (a probe's tensors) and waits in the allocator counts half: work takes it
   * again, but leaves gaps of its own (ten settings of docs/benchmarks/plan).
   */
  public static long runtime() {
    long untouched =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().contains("Eden"))
            .mapToLong(pool -> pool.getUsage().getCommitted() - pool.getPeakUsage().getUsed())
            .sum();
    long withFreed = resident();
    Natives.trimMemory();
    long freed = Math.max(0, withFreed - resident());
    return resident() + freed / 2 + Math.max(0, untouched);
  }

  /** Forgets the most that this process was resident; false where the kernel does not let it. */
  public static boolean resetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The most that it was resident since it began, or since {@link #resetPeak}. */
  public static long peak() {
    return kibibytes("/proc/self/status", "VmHWM:").orElse(0);
  }

  /** Threads of this process, native ones too. */
  public static long threads() {
    return value("/proc/self/status", "Threads:").orElse(0);
  }

  /** Pages of files that the kernel drops before anybody is refused memory. */
  private static long cached() {
    try (Stream<String> lines = Files.lines(GROUP.resolve("memory.stat"))) {
      return lines
          .filter(line -> line.startsWith("inactive_file "))
          .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1).strip()))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // version 1, or no group at all
    }
  }

  private static OptionalLong number(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong kibibytes(String file, String key) {
    OptionalLong found = value(file, key);
    return found.isEmpty() ? found : OptionalLong.of(found.getAsLong() * 1024);
  }

  private static OptionalLong value(String file, String key) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty(); // not Linux
    }
  }
}
