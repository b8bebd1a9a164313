package io.vlmr1.cli.doctor;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.vlmr1.cli.Versions;
import io.vlmr1.tensor.Device;
import io.vlmr1.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Libtorch: whether it loads, what it runs on, and how fast it multiplies. */
final class Engine {
  private static final int SIZE = 2048;
  private static final int SMALL = 256;
  private static final double IMITATED = 5e9;
  private static final int REPEATS = 5;

  private Engine() {}

  static Finding natives() {
    try {
      long start = System.nanoTime();
      try (Scope scope = Scope.open()) {
        Tensor one = torch.ones(1);
        return Finding.ok(
            "natives",
            String.format(
                Locale.ROOT,
                "PyTorch %s (%s) loaded in %.1f s, 1 + 1 = %.0f",
                Versions.all().get("pytorch"),
                Versions.all().get("natives"),
                (System.nanoTime() - start) / 1e9,
                one.add(one).item_double()));
      }
    } catch (LinkageError | RuntimeException e) {
      return Finding.fail(
          "natives", e + "; the build is for Linux on x86-64 with glibc 2.28 or newer");
    }
  }

  static Finding devices() {
    return guarded(
        "devices",
        () ->
            torch.cuda_is_available()
                ? Finding.ok(
                    "devices",
                    torch.cuda_device_count() + " GPUs; computes on " + Device.current().name())
                : Finding.ok("devices", "CPU (no GPU, or this build is without CUDA)"));
  }

  /** Which library multiplies matrices: the one mapped into this process. */
  static Finding blas() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      Optional<String> mkl = maps.filter(line -> line.contains("libmkl_rt")).findFirst();
      String layer = System.getenv().getOrDefault("MKL_THREADING_LAYER", "unset");
      if (mkl.isEmpty()) {
        return Finding.warn("blas", "OpenBLAS; MKL (VLMR1_BLAS=mkl) is faster in decoding");
      }
      return layer.equals("GNU")
          ? Finding.ok("blas", "MKL, one thread pool with PyTorch")
          : Finding.warn("blas", "MKL with MKL_THREADING_LAYER " + layer + "; set it to GNU");
    } catch (IOException e) {
      return Finding.warn("blas", "not known: " + e);
    }
  }

  static Finding float32() {
    return guarded("float32", () -> rate("float32", torch.ScalarType.Float));
  }

  static Finding bfloat16() {
    return guarded("bfloat16", () -> rate("bfloat16", torch.ScalarType.BFloat16));
  }

  static Finding tokenizers() {
    try {
      LibUtils.checkStatus();
      return Finding.ok("tokenizers", "DJL " + Versions.all().get("djl"));
    } catch (LinkageError | RuntimeException e) {
      return Finding.fail("tokenizers", "DJL's native tokenizers do not load: " + e);
    }
  }

  private static Finding rate(String check, torch.ScalarType type) {
    return rate(check, perSecond(type, SMALL), () -> perSecond(type, SIZE));
  }

  /**
   * What is told of a rate. Where a processor only imitates a type, a large product takes minutes.
   *
   * @param small operations a second of a small product
   * @param large of a large one; is asked only where the small one is fast
   */
  static Finding rate(String check, double small, DoubleSupplier large) {
    if (small < IMITATED) {
      return Finding.warn(
          check,
          String.format(
              Locale.ROOT,
              "%.1f GFLOP/s: this processor has no instructions for it; train in another precision",
              small / 1e9));
    }
    return Finding.ok(
        check,
        String.format(
            Locale.ROOT,
            "%.0f GFLOP/s in a product of %d x %d matrices, %d threads",
            large.getAsDouble() / 1e9,
            SIZE,
            SIZE,
            torch.get_num_threads()));
  }

  /** Operations a second of the fastest of some products. */
  private static double perSecond(torch.ScalarType type, int size) {
    try (Scope scope = Scope.open()) {
      Tensor a = torch.randn(size, size).to(type);
      Tensor b = torch.randn(size, size).to(type);
      double best = Double.MAX_VALUE;
      for (int i = 0; i <= REPEATS; i++) {
        long start = System.nanoTime();
        try (Scope turn = Scope.open()) {
          torch.mm(a, b);
        }
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return 2.0 * size * size * size / best;
    }
  }

  private static Finding guarded(String check, Supplier<Finding> body) {
    try {
      return body.get();
    } catch (LinkageError | RuntimeException e) {
      return Finding.fail(check, e.toString().lines().findFirst().orElse(""));
    }
  }
}
