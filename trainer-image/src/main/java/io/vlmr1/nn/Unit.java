package io.vlmr1.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Weights that are used together: a layer, the embedding, the head. Whoever uses them says so, and
 * is not told where they lie in the mean time: here, or cut among processes.
 */
public interface Unit {

  /** Weights that are always here, with gradients that always are. */
  Unit HERE =
      new Unit() {
        @Override
        public Use read() {
          return Use.NOTHING;
        }

        @Override
        public Use learn(boolean more) {
          return Use.NOTHING;
        }

        @Override
        public void expect() {}

        @Override
        public boolean stays() {
          return true;
        }
      };

  /** A time in which the weights are used. */
  interface Use extends AutoCloseable {
    /** Without a beginning or an end. */
    Use NOTHING = () -> {};

    @Override
    void close();
  }

  /** The weights may be read until the answer is closed. */
  Use read();

  /**
   * The weights may be read and their gradients added to until the answer is closed.
   *
   * @param more whether more is added later in the same pass: these are used at two places
   */
  Use learn(boolean more);

  /** The weights are read next: bringing them may begin. */
  void expect();

  /** Whether the weights are always here: then a copy of them in another layout is worth making. */
  boolean stays();

  /** The weights may be read and get their whole gradient of a pass until the answer is closed. */
  default Use learn() {
    return learn(false);
  }

  /** Several as one; the same one twice counts once. */
  static Unit together(List<Unit> units) {
    Set<Unit> different = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Unit> all = new ArrayList<>();
    for (Unit unit : units) {
      if (unit != HERE && different.add(unit)) {
        all.add(unit);
      }
    }
    return switch (all.size()) {
      case 0 -> HERE;
      case 1 -> all.get(0);
      default -> new Several(List.copyOf(all));
    };
  }

  /** The same, where more is added to the gradients later in a pass than what is added here. */
  static Unit early(Unit unit) {
    return unit == HERE ? HERE : new Early(unit);
  }

  /** Units as one. */
  record Several(List<Unit> units) implements Unit {
    @Override
    public Use read() {
      return all(units.stream().map(Unit::read).toList());
    }

    @Override
    public Use learn(boolean more) {
      return all(units.stream().map(unit -> unit.learn(more)).toList());
    }

    private static Use all(List<Use> uses) {
      return () -> uses.forEach(Use::close);
    }

    @Override
    public void expect() {
      units.forEach(Unit::expect);
    }

    @Override
    public boolean stays() {
      return units.stream().allMatch(Unit::stays);
    }
  }

  /** A unit at the first of two places. */
  record Early(Unit unit) implements Unit {
    @Override
    public Use read() {
      return unit.read();
    }

    @Override
    public Use learn(boolean more) {
      return unit.learn(true);
    }

    @Override
    public void expect() {
      unit.expect();
    }

    @Override
    public boolean stays() {
      return unit.stays();
    }
  }
}
