package io.vlmr1.nn;

import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.nn.Slot.Part;
import io.vlmr1.tensor.Dtype;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How weights that train follow each other: unit by unit in the order of a forward pass, decayed
 * ones first in each.
 *
 * @param extents of the units, one behind the other
 * @param still parts that never move: they lie here because they are used as one with others
 * @param weights type of the weights
 * @param gradients type of the gradients
 * @param adapted whether they are an adapter's
 */
public record Layout(
    List<Extent> extents, List<Range> still, Dtype weights, Dtype gradients, boolean adapted) {
  public Layout {
    extents = List.copyOf(extents);
    still = List.copyOf(still);
  }

  /**
   * Where a unit lies.
   *
   * @param unit its name
   * @param slots leaves in order
   * @param from first element among all
   * @param elements of the unit
   * @param decayed how many of them weight decay applies to: these come first
   */
  public record Extent(String unit, List<Slot> slots, long from, long elements, long decayed) {
    public Extent {
      slots = List.copyOf(slots);
    }
  }

  /** Types of a layout, and whether it is an adapter's. */
  record Kind(Dtype weights, Dtype gradients, boolean adapted) {}

  /**
   * Lays slots out.
   *
   * @param slots that train, at least in part
   * @param moves whether a part of them does
   */
  static Layout of(List<Slot> slots, Predicate<Part> moves, Kind kind) {
    Map<String, List<Slot>> units = new LinkedHashMap<>();
    for (Slot slot : slots) {
      units.computeIfAbsent(slot.unit(), name -> new ArrayList<>()).add(slot);
    }
    List<Extent> extents = new ArrayList<>();
    List<Range> still = new ArrayList<>();
    long from = 0;
    for (Map.Entry<String, List<Slot>> unit : units.entrySet()) {
      List<Slot> ordered =
          unit.getValue().stream()
              .sorted(Comparator.comparing((Slot slot) -> !slot.decayed()))
              .toList();
      long at = from;
      for (Part part : ordered.stream().flatMap(slot -> slot.parts().stream()).toList()) {
        if (!moves.test(part)) {
          still.add(new Range(at, at + part.elements()));
        }
        at += part.elements();
      }
      long decayed = ordered.stream().filter(Slot::decayed).mapToLong(Slot::elements).sum();
      extents.add(new Extent(unit.getKey(), ordered, from, at - from, decayed));
      from = at;
    }
    return new Layout(extents, still, kind.weights(), kind.gradients(), kind.adapted());
  }

  /** All that are laid out. */
  public long elements() {
    return extents.stream().mapToLong(Extent::elements).sum();
  }

  /**
   * The parts of a range that move, each of one kind: decayed or not.
   *
   * @param extent the unit in which the range lies
   * @param range among all elements
   */
  public List<Range> moving(Extent extent, Range range) {
    List<Range> cut = new ArrayList<>();
    long border = extent.from() + extent.decayed();
    long from = range.from();
    for (Range gap : still) {
      if (gap.to() > from && gap.from() < range.to()) {
        split(from, Math.min(gap.from(), range.to()), border, cut);
        from = Math.max(from, gap.to());
      }
    }
    split(from, range.to(), border, cut);
    return cut;
  }

  private static void split(long from, long to, long border, List<Range> into) {
    long middle = Math.min(Math.max(border, from), to);
    if (from < middle) {
      into.add(new Range(from, middle));
    }
    if (middle < to) {
      into.add(new Range(middle, to));
    }
  }
}
