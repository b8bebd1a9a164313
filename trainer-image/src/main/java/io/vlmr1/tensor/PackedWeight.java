package io.vlmr1.tensor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix laid out in oneDNN's blocks, for many products with few rows: decoding.
 *
 * <p>A product of eight rows is bound by reading the weights. Over the layers of a model of 45
 * million, float32, two threads, the matrix library reads 7 GB a second, this layout 25, of the 33
 * to 39 that the memory gives. It is a copy: it costs the weight's memory once more while it lives.
 */
public final class PackedWeight {
  private static final String PACK = "mkldnn::_reorder_linear_weight";
  private static final String PRODUCT = "mkldnn::_linear_pointwise";
  private static final String SUM = "binary";
  private static final String BFLOAT16 = "mkldnn::_is_mkldnn_bf16_supported";

  /** What copies may take of the memory that this machine or its container has. */
  private static final int SHARE = 4;

  private final BoxedOperator.Prepared product;
  private final BoxedOperator.Prepared sum;

  private PackedWeight(Tensor blocks, @Nullable Tensor bias, Retained owner) {
    product = Kernels.product().prepare(owner, null, blocks, bias, "none", List.of(), "");
    sum = Kernels.sum().prepare(owner, null, null, blocks, bias, "add");
  }

  /**
   * Whether copies of so many bytes of weights may be made: they may take a quarter of the memory
   * that the process is allowed. What is free just now does not count, or the same job would round
   * in one way today and in another tomorrow.
   */
  public static boolean fits(long bytes) {
    return !(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)
        || bytes <= system.getTotalMemorySize() / SHARE;
  }

  /**
   * Packs a weight.
   *
   * @param weight [out, in]
   * @param bias [out], where there is one; read in each product
   * @param rows of the products to come
   * @param owner the copy lives as long as it
   * @return empty where this libtorch, the weight's device, or the processor for the weight's type
   *     has no such layout
   */
  public static Optional<PackedWeight> of(
      Tensor weight, @Nullable Tensor bias, int rows, Retained owner) {
    if (!Kernels.PRESENT || !weight.is_cpu() || !Kernels.take(Dtype.of(weight))) {
      return Optional.empty();
    }
    try (Scope scope = Scope.open()) {
      Tensor packed = new Tensor(Kernels.pack().call(weight, rows).get(0).toTensor());
      return Optional.of(new PackedWeight(owner.keep(packed), bias, owner));
    }
  }

  /** x [rows, in] to x W^T + bias: [rows, out]. */
  public Tensor linear(Tensor x) {
    return product.call(x);
  }

  /** residual [rows, out] + x W^T + bias, in one product. */
  public Tensor linear(Tensor x, Tensor residual) {
    return sum.call(x, residual);
  }

  /** The operators; a libtorch that was built without oneDNN has none. */
  private static final class Kernels {
    static final boolean PRESENT =
        BoxedOperator.exists(PACK, "")
            && BoxedOperator.exists(PRODUCT, "")
            && BoxedOperator.exists(PRODUCT, SUM);
    private static final @Nullable BoxedOperator PACKING =
        PRESENT ? new BoxedOperator(PACK, "") : null;
    private static final @Nullable BoxedOperator MULTIPLYING =
        PRESENT ? new BoxedOperator(PRODUCT, "") : null;
    private static final @Nullable BoxedOperator ADDING =
        PRESENT ? new BoxedOperator(PRODUCT, SUM) : null;

    private static final boolean TAKE_BFLOAT16 = PRESENT && bfloat16();

    /** bfloat16 wants AVX-512, or instructions that convert it. */
    private static boolean bfloat16() {
      try (Scope scope = Scope.open()) {
        return BoxedOperator.exists(BFLOAT16, "")
            && new BoxedOperator(BFLOAT16, "").call().get(0).toBool();
      }
    }

    /** Whether this processor has the products of such weights. */
    static boolean take(Dtype dtype) {
      return dtype == Dtype.FLOAT32 || (dtype == Dtype.BFLOAT16 && TAKE_BFLOAT16);
    }

    static BoxedOperator pack() {
      return Objects.requireNonNull(PACKING);
    }

    static BoxedOperator product() {
      return Objects.requireNonNull(MULTIPLYING);
    }

    static BoxedOperator sum() {
      return Objects.requireNonNull(ADDING);
    }
  }
}
