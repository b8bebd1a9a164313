package io.vlmr1.nn;

import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.tensor.RandomStream;
import io.vlmr1.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The low-rank pairs of a model (Hu et al. 2021) and the weights that train whole beside them.
 * Switched off, the model is bit for bit the one that the adapter was made for.
 */
public final class Adapter {
  private final double dropout;
  private final List<Tuning.Pair> pairs;
  private final List<Parameter> tensors = new ArrayList<>();
  private final List<Whole> whole = new ArrayList<>();
  private boolean on = true;
  private @Nullable Long place;

  /** A weight that trains whole, and what it was. */
  private record Whole(Parameter parameter, Tensor original) {
    void swap() {
      try (Scope scope = Scope.open()) {
        Tensor now = parameter.value().clone();
        parameter.value().copy_(original);
        original.copy_(now);
      }
    }
  }

  Adapter(Tuning.Pairs made) {
    this.dropout = made.dropout();
    this.pairs = made.list();
  }

  void add(Parameter tensor) {
    tensors.add(tensor);
  }

  void addWhole(Parameter parameter, Tensor original) {
    whole.add(new Whole(parameter, original));
  }

  /** The pairs' tensors: `name.lora_A.weight` [rank, in] and `name.lora_B.weight` [out, rank]. */
  public List<Parameter> tensors() {
    return List.copyOf(tensors);
  }

  /** The weights that train whole, under hub names. */
  public List<Parameter> whole() {
    return whole.stream().map(Whole::parameter).toList();
  }

  /** What was asked for. */
  public List<Tuning.Pair> pairs() {
    return pairs;
  }

  /**
   * The weights of the starting model are in place: remembers those that train whole, and makes a
   * new adapter that changes nothing yet: B is 0, A uniform in ±1 / sqrt(in) (peft's way).
   *
   * @param seed chooses A
   */
  public void begin(long seed) {
    whole.forEach(each -> each.original().copy_(each.parameter().value()));
    for (Parameter tensor : tensors) {
      if (tensor.name().endsWith(LowRank.B)) {
        tensor.value().zero_();
      } else {
        double bound = 1 / Math.sqrt((double) tensor.value().size(1));
        try (Scope scope = Scope.open()) {
          tensor
              .value()
              .copy_(
                  torch
                      .empty_like(tensor.value())
                      .to(torch.ScalarType.Float)
                      .uniform_(-bound, bound, generator(seed, tensor.name().hashCode())));
        }
      }
    }
  }

  /** Runs the body on the model that the adapter was made for. */
  public <T> T off(Supplier<T> body) {
    if (!on) {
      return body.get();
    }
    whole.forEach(Whole::swap);
    on = false;
    try {
      return body.get();
    } finally {
      on = true;
      whole.forEach(Whole::swap);
    }
  }

  boolean on() {
    return on;
  }

  /**
   * Drops inputs of the pairs until the answer is closed; what is dropped follows from the place
   * alone, so that a pass which is computed again drops the same.
   *
   * @param coordinates of the place in the training
   */
  Parameters.Dropping dropping(long... coordinates) {
    if (dropout > 0) {
      place = RandomStream.bits(coordinates);
    }
    return () -> place = null;
  }

  /**
   * What inputs are multiplied with: 0 or 1 / (1 - dropout); null when nothing is dropped.
   *
   * @param x inputs of a layer, [T, in]
   * @param layer its number
   * @param row number of the first of these rows within the pass
   */
  @Nullable Tensor mask(Tensor x, long layer, long row) {
    Long at = place;
    if (at == null) {
      return null;
    }
    return torch
        .empty_like(x)
        .bernoulli_(1 - dropout, generator(at, layer, row))
        .div_(new Scalar(1 - dropout));
  }

  private static GeneratorOptional generator(long... coordinates) {
    return new GeneratorOptional(torch.createCPUGenerator(RandomStream.bits(coordinates)));
  }
}
