package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.PackedWeight;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = x W^T + b: x [T, in] to y [T, out]; and the adapter's pairs beside it, where there are some.
 */
public final class Linear {
  private final Values values;
  private final Tensor weight;
  private final Tensor transposed;
  private final @Nullable Tensor bias;
  private final List<Sink> weightSinks;
  private final List<Sink> biasSinks;
  private final @Nullable LowRank pairs;
  private final @Nullable PackedWeight packed;

  /**
   * Where the gradient of some rows goes: those of weights that do not train go nowhere.
   *
   * @param from first row
   * @param gradient [rows, ..]
   */
  record Sink(long from, Tensor gradient) {

    /** These rows of a gradient's columns, [T, rows]. */
    private Tensor of(Tensor outer) {
      long rows = gradient.size(0);
      return rows == outer.size(1) ? outer : outer.narrow(1, from, rows);
    }
  }

  /**
   * What is multiplied with and added.
   *
   * @param weight [out, in]
   * @param transposed its view [in, out]
   * @param bias [out], where there is one
   * @param unit what they are used together with
   */
  private record Values(Tensor weight, Tensor transposed, @Nullable Tensor bias, Unit unit) {}

  private Linear(
      Values values,
      List<Sink> weightSinks,
      List<Sink> biasSinks,
      @Nullable LowRank pairs,
      @Nullable PackedWeight packed) {
    this.values = values;
    this.weight = values.weight();
    this.transposed = values.transposed();
    this.bias = values.bias();
    this.weightSinks = weightSinks;
    this.biasSinks = biasSinks;
    this.pairs = pairs;
    this.packed = packed;
  }

  /** From the slots `name.weight` [out, in, ..] and, if it is there, `name.bias` [out]. */
  public static Linear of(FlatParameters parameters, String name) {
    return of(parameters, name, name);
  }

  /**
   * As {@link #of(FlatParameters, String)}, with the adapter's pairs of another layer: a head whose
   * weight is the embedding's has pairs of its own.
   *
   * @param adapted name of the layer whose pairs these are
   */
  public static Linear of(FlatParameters parameters, String name, String adapted) {
    String slot = name + ".weight";
    String bias = name + ".bias";
    boolean biased = parameters.has(bias);
    Tensor weight = matrix(parameters, parameters.leaf(slot));
    return new Linear(
        new Values(
            weight,
            parameters.own(weight.t()),
            biased ? parameters.leaf(bias) : null,
            parameters.unit(slot)),
        parameters.sinks(slot).stream()
            .map(sink -> new Sink(sink.from(), matrix(parameters, sink.gradient())))
            .toList(),
        biased ? parameters.sinks(bias) : List.of(),
        parameters.pairs(adapted + ".weight"),
        null);
  }

  /**
   * The same layer with a copy of its weight laid out for products of few rows, as it is now; it
   * has no backward pass. A weight that is not always here stays as it is: a copy would be.
   */
  public Linear packed(int rows, Retained owner) {
    if (!values.unit().stays()) {
      return this;
    }
    PackedWeight copy = PackedWeight.of(weight, bias, rows, owner).orElse(null);
    return new Linear(values, List.of(), List.of(), pairs, copy);
  }

  /** [out, ..] as [out, in]: the kernel of a convolution that does not overlap is a matrix. */
  private static Tensor matrix(FlatParameters parameters, Tensor weight) {
    return weight.dim() == 2 ? weight : parameters.own(weight.flatten(1, -1));
  }

  /** x [T, in] to [T, out]. */
  public Tensor forward(Tensor x) {
    return forward(x, 0);
  }

  /**
   * x [T, in] to [T, out].
   *
   * @param row number of the first of these rows, when a pass comes in parts
   */
  Tensor forward(Tensor x, long row) {
    Tensor output = packed == null ? Tensors.linear(x, weight, bias) : packed.linear(x);
    if (pairs != null) {
      pairs.forward(x, output, row);
    }
    return output;
  }

  /**
   * residual [T, out] + this(x): the sum is part of the product where the weight is packed or there
   * is no bias.
   */
  public Tensor forward(Tensor x, Tensor residual) {
    if (bias != null && packed == null) {
      return forward(x).add_(residual);
    }
    Tensor output = packed == null ? residual.addmm(x, transposed) : packed.linear(x, residual);
    if (pairs != null) {
      pairs.forward(x, output, 0);
    }
    return output;
  }

  /** Adds to the gradients of what trains; answers that of x, [T, in]. */
  public Tensor backward(Tensor x, Tensor gradient) {
    return backward(x, gradient, 0);
  }

  /** As {@link #backward(Tensor, Tensor)}, for rows that are not a pass's first. */
  Tensor backward(Tensor x, Tensor gradient, long row) {
    accumulate(x, gradient);
    Tensor inner = gradient.mm(weight);
    if (pairs != null) {
      pairs.backward(x, gradient, inner, row);
    }
    return inner;
  }

  /** Adds to the gradients of weight and bias only, as far as they train. */
  public void accumulate(Tensor x, Tensor gradient) {
    for (Sink sink : weightSinks) {
      add(sink.gradient(), sink.of(gradient), x);
    }
    for (Sink sink : biasSinks) {
      sink.gradient().add_(sink.of(gradient).sum(0));
    }
  }

  /** sum [out, in] += outer [T, out]^T inner [T, in]; the sum may be of a wider type. */
  static void add(Tensor sum, Tensor outer, Tensor inner) {
    if (Dtype.of(sum) == Dtype.of(inner)) {
      sum.addmm_(outer.t(), inner);
    } else {
      sum.add_(outer.t().mm(inner));
    }
  }

  /** What its weights are used together with. */
  Unit unit() {
    return values.unit();
  }

  /** Columns of the weight. */
  long inputs() {
    return weight.size(1);
  }

  /** Rows of the weight. */
  long outputs() {
    return weight.size(0);
  }

  /** Whether pairs of an adapter lie beside it. */
  boolean adapted() {
    return pairs != null;
  }

  /** Type of the weight. */
  Dtype dtype() {
    return Dtype.of(weight);
  }
}
