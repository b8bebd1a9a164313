package io.vlmr1.nn;

import io.vlmr1.nn.Slot.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How an adapter's pairs lie among the weights: the first factors of all pairs beside one layer are
 * one leaf, since they are multiplied with the same input.
 *
 * @param slots leaves that train
 * @param layers the pairs beside each layer, by the name of its leaf
 */
record PairSlots(List<Slot> slots, Map<String, Layer> layers) {

  /**
   * The pairs beside one layer.
   *
   * @param down leaf of the first factors
   * @param ups second factors
   */
  record Layer(String down, List<UpPlace> ups) {

    LowRank of(Adapter adapter, long number, Function<String, LowRank.Factor> factor) {
      List<LowRank.Up> made = new ArrayList<>();
      long first = 0;
      for (UpPlace up : ups) {
        LowRank.Up laid =
            new LowRank.Up(factor.apply(up.slot()), up.from(), up.rows(), first, up.scale());
        made.add(laid);
        first += laid.rank();
      }
      return new LowRank(adapter, number, factor.apply(down), made);
    }
  }

  /** A second factor: its leaf, and the rows of the layer's output that it adds to. */
  record UpPlace(String slot, long from, long rows, double scale) {}

  static boolean isFactor(String name) {
    return name.endsWith(LowRank.A) || name.endsWith(LowRank.B);
  }

  /** Lays pairs out; one beside a weight that no slot has is a layer of its own (a tied head). */
  static PairSlots of(List<Slot> slots, List<Tuning.Pair> pairs) {
    Map<String, Tuning.Pair> open = new LinkedHashMap<>();
    pairs.forEach(pair -> open.put(pair.weight().name(), pair));
    PairSlots laid = new PairSlots(new ArrayList<>(), new LinkedHashMap<>());
    for (Slot slot : slots) {
      laid.add(slot, open);
    }
    for (Tuning.Pair pair : List.copyOf(open.values())) {
      laid.add(new Slot(pair.weight().name(), List.of(pair.weight()), true), open);
    }
    return laid;
  }

  private void add(Slot slot, Map<String, Tuning.Pair> open) {
    List<Part> downs = new ArrayList<>();
    List<UpPlace> ups = new ArrayList<>();
    long row = 0;
    for (Part part : slot.parts()) {
      Tuning.Pair pair = open.remove(part.name());
      long rows = part.shape()[0];
      if (pair != null) {
        downs.add(new Part(pair.name() + LowRank.A, new long[] {pair.rank(), part.shape()[1]}));
        String up = pair.name() + LowRank.B;
        Part second = new Part(up, new long[] {rows, pair.rank()});
        slots.add(new Slot(slot.unit(), up, List.of(second), true));
        ups.add(new UpPlace(up, row, rows, pair.scale()));
      }
      row += rows;
    }
    if (!downs.isEmpty()) {
      Slot down = new Slot(slot.unit(), slot.name() + LowRank.A, downs, true);
      slots.add(down);
      layers.put(slot.name(), new Layer(down.name(), ups));
    }
  }
}
