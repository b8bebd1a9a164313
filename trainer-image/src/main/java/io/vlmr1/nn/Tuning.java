package io.vlmr1.nn;

import io.vlmr1.nn.Slot.Part;
import io.vlmr1.nn.Storage.Maker;
import io.vlmr1.tensor.Dtype;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides which of a model's weights train, and which layers get low-rank pairs beside them. */
@FunctionalInterface
public interface Tuning {
  /** Every weight trains. */
  Tuning ALL =
      slots ->
          new Tuned(
              slots.stream()
                  .flatMap(slot -> slot.parts().stream().map(Part::name))
                  .collect(Collectors.toUnmodifiableSet()),
              null);

  /** Nothing trains: there are no gradients. */
  Tuning NONE = slots -> new Tuned(Set.of(), null);

  /**
   * The decision, before any memory is taken.
   *
   * @param slots all weights of the model
   */
  Tuned of(List<Slot> slots);

  /** The same, with gradients of another type than the weights. */
  default Tuning withGradients(Dtype dtype) {
    return slots -> {
      Tuned tuned = of(slots);
      return new Tuned(tuned.trained(), tuned.pairs(), dtype, tuned.storage());
    };
  }

  /** The same, with what trains lying elsewhere than in one process. */
  default Tuning storedIn(Maker storage) {
    return slots -> {
      Tuned tuned = of(slots);
      return new Tuned(tuned.trained(), tuned.pairs(), tuned.gradients(), storage);
    };
  }

  /**
   * What trains.
   *
   * @param trained hub names of the weights that do
   * @param pairs what trains beside the weights; null without an adapter
   * @param gradients their type; null: that of the weights
   * @param storage where it lies; null: whole in this process
   */
  record Tuned(
      Set<String> trained,
      @Nullable Pairs pairs,
      @Nullable Dtype gradients,
      @Nullable Maker storage) {
    public Tuned {
      trained = Set.copyOf(trained);
    }

    /** In this process, with gradients of the weights' type. */
    public Tuned(Set<String> trained, @Nullable Pairs pairs) {
      this(trained, pairs, null, null);
    }
  }

  /**
   * An adapter that is to be made. Weights that train beside its pairs belong to it: they are
   * switched off with it.
   *
   * @param list the pairs
   * @param dropout share of the pairs' inputs that are dropped in training
   */
  record Pairs(List<Pair> list, double dropout) {
    public Pairs {
      list = List.copyOf(list);
    }
  }

  /**
   * A low-rank pair beside a linear layer.
   *
   * @param weight of the layer, [out, in]; one that no slot has is tied to another
   * @param name what its tensors are called, without `.lora_A.weight`
   * @param rank rows of A and columns of B
   * @param scale its product is multiplied by this
   */
  record Pair(Part weight, String name, int rank, double scale) {}
}
