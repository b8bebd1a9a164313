package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Weights in flat buffers: those that train in a {@link Storage}, with their gradients in the same
 * order, and those that do not in a buffer of their own.
 *
 * <p>Weights that are multiplied together (query, key and value; gate and up) lie side by side, so
 * that one leaf serves them: a {@link Slot} is what the layers multiply with, its parts are what
 * files name. Autograd has no part in this: layers write their gradients into the buffer
 * themselves. Slots that are used together are a {@link Unit}.
 */
public final class FlatParameters implements Parameters, AutoCloseable {

  private final Retained kept = new Retained();
  private final Dtype dtype;
  private final Tensor frozen;
  private final @Nullable Storage storage;
  private final Set<String> trained;
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();
  private final Map<String, List<Linear.Sink>> sinks = new LinkedHashMap<>();
  private final Map<String, Tensor> partGradients = new LinkedHashMap<>();
  private final List<Parameter> all = new ArrayList<>();
  private final Map<String, String> unitNames = new LinkedHashMap<>();
  private final Map<String, Integer> units = new LinkedHashMap<>();
  private final Map<String, Integer> filled = new LinkedHashMap<>();
  private final Map<String, LowRank> pairs = new LinkedHashMap<>();
  private final @Nullable Adapter adapter;

  /**
   * All weights in one buffer, with gradients or without.
   *
   * @param trainable whether there are gradients
   */
  public FlatParameters(List<Slot> slots, Dtype dtype, boolean trainable) {
    this(slots, dtype, trainable ? Tuning.ALL : Tuning.NONE);
  }

  /**
   * Lays the slots out, what trains apart from what does not; the memory is not set.
   *
   * @param tuning which of them train, what trains beside them, and where it lies
   */
  public FlatParameters(List<Slot> slots, Dtype dtype, Tuning tuning) {
    this.dtype = dtype;
    Tuning.Tuned tuned = tuning.of(slots);
    trained = tuned.trained();
    Tuning.Pairs asked = tuned.pairs();
    PairSlots laid = PairSlots.of(slots, asked == null ? List.of() : asked.list());
    slots.forEach(slot -> unitNames.put(slot.name(), slot.unit()));
    List<Slot> moving =
        Stream.concat(slots.stream().filter(this::trains), laid.slots().stream()).toList();
    List<Slot> fixed = slots.stream().filter(slot -> !trains(slot)).toList();
    try (Scope scope = Scope.open()) {
      frozen = own(Tensors.empty(dtype, fixed.stream().mapToLong(Slot::elements).sum()));
      storage =
          moving.isEmpty()
              ? null
              : Objects.requireNonNullElse(tuned.storage(), WholeStorage::new)
                  .make(
                      Layout.of(
                          moving,
                          this::moves,
                          new Layout.Kind(
                              dtype,
                              Objects.requireNonNullElse(tuned.gradients(), dtype),
                              asked != null)));
      if (storage != null) {
        layUnits(storage);
      }
      lay(fixed, frozen, null, null);
      adapter = asked == null ? null : adapter(asked, laid);
    }
  }

  private void layUnits(Storage trainable) {
    List<Layout.Extent> extents = trainable.layout().extents();
    for (int i = 0; i < extents.size(); i++) {
      units.put(extents.get(i).unit(), i);
      lay(extents.get(i).slots(), trainable.weights(i), trainable.gradients(i), i);
    }
  }

  private boolean trains(Slot slot) {
    return slot.parts().stream().anyMatch(part -> trained.contains(part.name()));
  }

  private void lay(
      List<Slot> slots, Tensor values, @Nullable Tensor slopes, @Nullable Integer unit) {
    long offset = 0;
    for (Slot slot : slots) {
      leaves.put(slot.name(), own(view(values, offset, slot.elements(), slot.shape())));
      sinks.put(slot.name(), slopes == null ? List.of() : sinks(slot, slopes, offset));
      long at = offset;
      for (Slot.Part part : slot.parts()) {
        Tensor value = own(view(values, at, part.elements(), part.shape()));
        all.add(new Parameter(part.name(), value, slopes != null && moves(part), slot.decayed()));
        if (slopes != null && unit != null) {
          partGradients.put(part.name(), own(view(slopes, at, part.elements(), part.shape())));
          filled.put(part.name(), unit);
        }
        at += part.elements();
      }
      offset += slot.elements();
    }
  }

  private boolean moves(Slot.Part part) {
    return trained.contains(part.name()) || PairSlots.isFactor(part.name());
  }

  /** Where the gradient of a slot goes: one place when all of it trains. */
  private List<Linear.Sink> sinks(Slot slot, Tensor slopes, long offset) {
    if (slot.parts().stream().allMatch(this::moves)) {
      return List.of(new Linear.Sink(0, own(view(slopes, offset, slot.elements(), slot.shape()))));
    }
    List<Linear.Sink> parted = new ArrayList<>();
    long at = offset;
    long row = 0;
    for (Slot.Part part : slot.parts()) {
      if (moves(part)) {
        parted.add(new Linear.Sink(row, own(view(slopes, at, part.elements(), part.shape()))));
      }
      at += part.elements();
      row += part.shape()[0];
    }
    return List.copyOf(parted);
  }

  /**
   * Makes the adapter of the pairs, which are laid out, and takes them from the model's weights.
   */
  private Adapter adapter(Tuning.Pairs asked, PairSlots laid) {
    Adapter made = new Adapter(asked);
    all.stream().filter(each -> PairSlots.isFactor(each.name())).forEach(made::add);
    all.removeIf(each -> PairSlots.isFactor(each.name()));
    all.stream()
        .filter(Parameter::trainable)
        .forEach(each -> made.addWhole(each, own(each.value().clone())));
    laid.layers()
        .forEach((weight, layer) -> pairs.put(weight, layer.of(made, pairs.size(), this::factor)));
    return made;
  }

  private LowRank.Factor factor(String slot) {
    return new LowRank.Factor(leaf(slot), leafGradient(slot));
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

  /**
   * The gradient of a slot's leaf: a view of the flat buffer; null when it does not train.
   *
   * @throws IllegalArgumentException for a slot of which only some parts train
   */
  public @Nullable Tensor leafGradient(String slot) {
    List<Linear.Sink> places = sinks(slot);
    if (places.isEmpty()) {
      return null;
    }
    if (places.get(0).gradient().size(0) != leaf(slot).size(0)) {
      throw new IllegalArgumentException("only parts of " + slot + " train");
    }
    return places.get(0).gradient();
  }

  /** Where the gradient of a slot's leaf goes: nowhere when it does not train. */
  List<Linear.Sink> sinks(String slot) {
    return found(sinks, slot);
  }

  /** The unit of a slot; of one that there is not, such as a tied head's: that of its pairs. */
  public Unit unit(String slot) {
    return unitNamed(unitNames.getOrDefault(slot, slot));
  }

  /** A unit by its name; one in which nothing trains is always here. */
  public Unit unitNamed(String unit) {
    Integer number = units.get(unit);
    return number == null || storage == null ? Unit.HERE : storage.unit(number);
  }

  /** The adapter's pairs beside the layer of a weight; null when there are none. */
  @Nullable LowRank pairs(String weight) {
    return pairs.get(weight);
  }

  /** The gradient of a tensor by its hub name: a view of the flat buffer. */
  public Tensor gradient(String name) {
    return found(partGradients, name);
  }

  /** Whether there are gradients. */
  public boolean trainable() {
    return storage != null;
  }

  /** Whether any of these weights trains, or has a pair beside it that does. */
  public boolean trains(Predicate<String> names) {
    return trained.stream().anyMatch(names)
        || (adapter != null
            && adapter.pairs().stream().map(pair -> pair.weight().name()).anyMatch(names));
  }

  @Override
  public List<Parameter> all() {
    return List.copyOf(all);
  }

  @Override
  public void fill(Consumer<Parameter> filler) {
    inUnits((number, trainable) -> trainable.fill(number), filler);
  }

  @Override
  public void read(Consumer<Parameter> reader) {
    inUnits((number, trainable) -> trainable.unit(number).read(), reader);
  }

  /** Hands out every weight while its unit is in use; weights of a unit follow each other. */
  private void inUnits(BiFunction<Integer, Storage, Unit.Use> using, Consumer<Parameter> taker) {
    Integer current = null;
    Unit.Use use = Unit.Use.NOTHING;
    try {
      for (Parameter parameter : all) {
        Integer number = filled.get(parameter.name());
        if (!Objects.equals(number, current)) {
          use.close();
          use = Unit.Use.NOTHING; // closed once, also when the next cannot be used
          use = number == null || storage == null ? use : using.apply(number, storage);
          current = number;
        }
        taker.accept(parameter);
      }
    } finally {
      use.close();
    }
  }

  @Override
  public Unit unitOf(Parameter parameter) {
    Integer number = filled.get(parameter.name());
    return number == null || storage == null ? Unit.HERE : storage.unit(number);
  }

  @Override
  public Tensor flatWeights() {
    return storage == null ? frozen : storage.flatWeights();
  }

  @Override
  public Storage storage() {
    if (storage == null) {
      throw new IllegalStateException("this model was loaded without gradients");
    }
    return storage;
  }

  @Override
  public @Nullable Adapter adapter() {
    return adapter;
  }

  private static <T> T found(Map<String, T> things, String name) {
    T thing = things.get(name);
    if (thing == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return thing;
  }

  @Override
  public void close() {
    kept.close();
    if (storage != null) {
      storage.close();
    }
  }
}
