package io.vlmr1.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Java, processor, memory and disk. */
final class Machine {
  private static final double GIB = 1 << 30;

  private Machine() {}

  static Finding java() {
    Runtime.Version version = Runtime.version();
    String detail = version + " (" + System.getProperty("java.vendor") + ")";
    return version.feature() >= 17
        ? Finding.ok("java", detail)
        : Finding.fail("java", detail + " is too old; install JDK 17 or newer");
  }

  static Finding processor() {
    String flags = line("/proc/cpuinfo", "flags").orElse("");
    String detail =
        Runtime.getRuntime().availableProcessors()
            + " cores, "
            + line("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch", "?"))
            + (flags.contains(" amx_bf16") ? ", AMX" : "")
            + (flags.contains(" avx512f") ? ", AVX-512" : flags.contains(" avx2") ? ", AVX2" : "");
    return flags.contains(" avx2") || flags.isEmpty()
        ? Finding.ok("processor", detail)
        : Finding.warn("processor", detail + "; without AVX2 everything is several times slower");
  }

  static Finding memory() {
    double available = kibibytes("MemAvailable") / (1 << 20);
    String detail =
        String.format(
            Locale.ROOT,
            "%.1f GiB available of %.1f GiB; the Java heap takes at most %.1f GiB of it",
            available,
            kibibytes("MemTotal") / (1 << 20),
            Runtime.getRuntime().maxMemory() / GIB);
    return available >= 4
        ? Finding.ok("memory", detail)
        : Finding.warn("memory", detail + "; the quickstart wants 4 GiB");
  }

  static Finding disk() {
    try {
      Path here = Path.of("").toAbsolutePath();
      double free = Files.getFileStore(here).getUsableSpace() / GIB;
      String detail = String.format(Locale.ROOT, "%.1f GiB free in %s", free, here);
      Path probe = Files.createTempFile(here, ".vlmr1-doctor", null);
      Files.delete(probe);
      return free >= 2
          ? Finding.ok("disk", detail)
          : Finding.warn("disk", detail + "; natives and checkpoints want 2 GiB");
    } catch (IOException e) {
      return Finding.warn("disk", "cannot write here: " + e + "; give --output to other commands");
    }
  }

  /** The value behind the first `key : value` or `key: value` of a file of /proc. */
  static Optional<String> line(String file, String key) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // not Linux
    }
  }

  private static double kibibytes(String key) {
    return line("/proc/meminfo", key)
        .map(value -> Double.parseDouble(value.replace(" kB", "")))
        .orElse(0.0);
  }
}
