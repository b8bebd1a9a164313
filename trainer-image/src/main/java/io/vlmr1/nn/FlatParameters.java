package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Weights in one flat buffer and, for a model that trains, gradients in another of the same order.
 *
 * <p>Weights that are multiplied together (query, key and value; gate and up) lie side by side, so
 * that one leaf serves them: a {@link Slot} is what the layers multiply with, its parts are what
 * files name. Autograd has no part in this: layers write their gradients into the buffer
 * themselves.
 */
public final class FlatParameters implements Parameters, AutoCloseable {

  /**
   * One leaf: weights that are used as one, stacked along their first dimension.
   *
   * @param name how layers ask for it
   * @param parts the names and shapes of the hub's tensors in it, in order
   * @param decayed whether weight decay applies to it
   */
  public record Slot(String name, List<Part> parts, boolean decayed) {
    public Slot {
      parts = List.copyOf(parts);
    }

    /** A leaf that is one tensor of the hub's. */
    public static Slot of(String name, boolean decayed, long... shape) {
      return new Slot(name, List.of(new Part(name, shape)), decayed);
    }

    long elements() {
      return parts.stream().mapToLong(Part::elements).sum();
    }

    long[] shape() {
      long[] shape = parts.get(0).shape().clone();
      shape[0] = parts.stream().mapToLong(part -> part.shape()[0]).sum();
      return shape;
    }
  }

  /**
   * A tensor as the hub names it.
   *
   * @param name the hub's
   * @param shape its sizes
   */
  public record Part(String name, long[] shape) {
    long elements() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
  }

  private final Retained kept = new Retained();
  private final Dtype dtype;
  private final boolean trainable;
  private final Tensor weights;
  private final @Nullable Tensor gradients;
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();
  private final Map<String, Tensor> leafGradients = new LinkedHashMap<>();
  private final Map<String, Tensor> partGradients = new LinkedHashMap<>();
  private final List<Parameter> all = new ArrayList<>();
  private final long decayedElements;

  /**
   * Lays the slots out, decayed ones first; the memory is not set.
   *
   * @param trainable whether there are gradients
   */
  public FlatParameters(List<Slot> slots, Dtype dtype, boolean trainable) {
    this.dtype = dtype;
    this.trainable = trainable;
    List<Slot> ordered =
        slots.stream().sorted(Comparator.comparing((Slot slot) -> !slot.decayed())).toList();
    long elements = ordered.stream().mapToLong(Slot::elements).sum();
    decayedElements = ordered.stream().filter(Slot::decayed).mapToLong(Slot::elements).sum();
    try (Scope scope = Scope.open()) {
      weights = own(Tensors.empty(dtype, elements));
      gradients = trainable ? own(Tensors.zeros(dtype, elements)) : null;
      long offset = 0;
      for (Slot slot : ordered) {
        lay(slot, offset);
        offset += slot.elements();
      }
    }
  }

  private void lay(Slot slot, long offset) {
    leaves.put(slot.name(), own(view(weights, offset, slot.elements(), slot.shape())));
    Tensor flat = gradients;
    if (flat != null) {
      leafGradients.put(slot.name(), own(view(flat, offset, slot.elements(), slot.shape())));
    }
    long at = offset;
    for (Part part : slot.parts()) {
      Tensor value = own(view(weights, at, part.elements(), part.shape()));
      all.add(new Parameter(part.name(), value, trainable, slot.decayed()));
      if (flat != null) {
        partGradients.put(part.name(), own(view(flat, at, part.elements(), part.shape())));
      }
      at += part.elements();
    }
  }

  private static Tensor view(Tensor flat, long offset, long elements, long[] shape) {
    return flat.narrow(0, offset, elements).view(shape);
  }

  /** Type of the weights. */
  public Dtype dtype() {
    return dtype;
  }

  /** Whether there is such a slot. */
  public boolean has(String slot) {
    return leaves.containsKey(slot);
  }

  /** Keeps a tensor for as long as these weights live. */
  final Tensor own(Tensor tensor) {
    return kept.keep(tensor);
  }

  /** The leaf of a slot. */
  public Tensor leaf(String slot) {
    return found(leaves, slot);
  }

  /** The gradient of a slot's leaf: a view of the flat buffer; null when nothing trains. */
  public @Nullable Tensor leafGradient(String slot) {
    return trainable ? found(leafGradients, slot) : null;
  }

  /** The gradient of a tensor by its hub name: a view of the flat buffer. */
  public Tensor gradient(String name) {
    return found(partGradients, name);
  }

  /** Whether there are gradients. */
  public boolean trainable() {
    return trainable;
  }

  @Override
  public List<Parameter> all() {
    return List.copyOf(all);
  }

  @Override
  public Tensor flatWeights() {
    return weights;
  }

  @Override
  public Tensor flatGradients() {
    Tensor flat = gradients;
    if (flat == null) {
      throw new IllegalStateException("this model was loaded without gradients");
    }
    return flat;
  }

  @Override
  public long decayedElements() {
    return decayedElements;
  }

  @Override
  public void zeroGradients() {
    flatGradients().zero_();
  }

  private static Tensor found(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return tensor;
  }

  @Override
  public void close() {
    kept.close();
  }
}
