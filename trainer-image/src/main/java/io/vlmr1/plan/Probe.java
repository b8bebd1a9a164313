package io.vlmr1.plan;

import io.vlmr1.nn.BlockBytes;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.PackedWeight;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Measures this machine's rates in a second or two, by the calls that training makes on tensors of
 * its shapes. The best of several repeats counts: other work on the machine only slows down.
 */
public final class Probe {
  private static final long LARGEST_ROWS = 2048;
  private static final long STREAM = 1L << 25;
  private static final double LEAST_SECONDS = 0.1;
  private static final int SMALL_CALLS = 2000;

  private final Workload work;
  private final Dtype dtype;

  private Probe(Workload work) {
    this.work = work;
    this.dtype = work.model().training().dtype();
  }

  /** Rates for a workload, with the threads that this process has now. */
  public static Rates measure(Workload work) {
    Probe probe = new Probe(work);
    double reading = probe.reading();
    Rates rates =
        new Rates(
            probe.products(),
            probe.attention(),
            probe.decoding(),
            probe.memory(),
            reading,
            probe.call(),
            reading / 4, // loopback copies each byte twice in and twice out
            Rates.Layer.AS_COUNTED);
    try (LayerProbe layer = new LayerProbe(work)) {
      return rates.with(layer.measure(rates));
    }
  }

  private double seconds(Runnable body) {
    try (Scope scope = Scope.open()) {
      body.run(); // memory and code are there from now on
    }
    double best = Double.MAX_VALUE;
    long begin = System.nanoTime();
    do {
      long start = System.nanoTime();
      try (Scope scope = Scope.open()) {
        body.run();
      }
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    } while ((System.nanoTime() - begin) / 1e9 < LEAST_SECONDS);
    return best;
  }

  private Tensor random(Dtype type, long... shape) {
    return Tensors.onDevice(torch.randn(shape).to(type.scalarType()));
  }

  /** A feed-forward part's two products, forward and backward: most of what training multiplies. */
  private double products() {
    BlockBytes block = work.model().language();
    long rows = Math.min(LARGEST_ROWS, Math.max(1, work.rows().all()));
    try (Scope scope = Scope.open()) {
      Tensor x = random(dtype, rows, block.hidden());
      Tensor inner = random(dtype, rows, block.inner());
      Tensor first = random(dtype, block.product(), block.hidden());
      Tensor second = random(dtype, block.hidden(), block.inner());
      Tensor outer = random(dtype, rows, block.product());
      Tensor gradient = Tensors.zeros(dtype, block.product(), block.hidden());
      double taken =
          seconds(
              () -> {
                Tensors.linear(x, first, null);
                Tensors.linear(inner, second, null);
                outer.mm(first);
                gradient.addmm_(outer.t(), x);
              });
      double numbers = 3.0 * block.product() * block.hidden() + block.hidden() * block.inner();
      return 2 * rows * numbers / taken;
    }
  }

  /** Completions over their prompt's keys. */
  private double attention() {
    var shape = work.model().language().shape();
    long queries = Math.min(LARGEST_ROWS, Math.max(1, work.completionRows()));
    long keys = Math.min(LARGEST_ROWS, Math.max(1, work.batch().prompt().tokens()));
    try (Scope scope = Scope.open()) {
      Tensor query = random(Dtype.FLOAT32, 1, shape.heads(), queries, shape.width());
      Tensor key = random(Dtype.FLOAT32, 1, shape.keyHeads(), keys, shape.width());
      double taken =
          seconds(
              () ->
                  torch.scaled_dot_product_attention(
                      query,
                      key,
                      key,
                      new TensorOptional(),
                      0.0,
                      false,
                      new DoubleOptional(),
                      shape.heads() != shape.keyHeads()));
      return 4.0 * shape.queries() * queries * keys / taken;
    }
  }

  /** Weights of several layers in the layout of decoding, more than a cache holds. */
  private double decoding() {
    BlockBytes block = work.model().language();
    int rows = Math.max(1, work.batch().prompts() * work.batch().group());
    long each = block.product() * block.hidden() * dtype.bytes();
    int layers =
        (int) Math.max(1, Math.min(64, Math.min(work.model().decoderBytes(), 4 * STREAM) / each));
    try (Scope scope = Scope.open();
        Retained owner = new Retained()) {
      Tensor x = random(dtype, rows, block.hidden());
      List<Tensor> plain = new ArrayList<>();
      List<PackedWeight> packed = new ArrayList<>();
      for (int i = 0; i < layers; i++) {
        Tensor weight = random(dtype, block.product(), block.hidden());
        Optional<PackedWeight> laid = PackedWeight.of(weight, null, rows, owner);
        if (laid.isPresent()) {
          packed.add(laid.get());
          weight.close();
        } else {
          plain.add(weight);
        }
      }
      double taken =
          seconds(
              () -> {
                packed.forEach(weight -> weight.linear(x));
                plain.forEach(weight -> Tensors.linear(x, weight, null));
              });
      return each * layers / taken;
    }
  }

  /** A product element by element into new memory, as large as a layer's tensors. */
  private double memory() {
    BlockBytes block = work.model().language();
    long elements = Math.min(STREAM / 4, Math.max(1, work.rows().all()) * block.product());
    try (Scope scope = Scope.open()) {
      Tensor x = random(Dtype.FLOAT32, elements);
      double taken = seconds(() -> x.mul(x));
      return 4.0 * elements / taken;
    }
  }

  private double reading() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensors.zeros(Dtype.FLOAT32, STREAM);
      return 4.0 * STREAM / seconds(() -> x.sum());
    }
  }

  private double call() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensors.zeros(Dtype.FLOAT32, 1);
      Scalar one = new Scalar(1.0);
      return seconds(
              () -> {
                for (int i = 0; i < SMALL_CALLS; i++) {
                  x.add_(one);
                }
              })
          / SMALL_CALLS;
    }
  }
}
