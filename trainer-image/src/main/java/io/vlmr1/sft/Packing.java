package io.vlmr1.sft;

import io.vlmr1.model.Pack;
import java.util.ArrayList;
import java.util.List;

/**
 * How rows come together in forward passes. Rows never see each other, so the loss of a step is the
 * same however they are packed; only memory and speed differ.
 *
 * @param rows at most so many in a pass
 * @param tokens at most so many in a pass, unless a single row is longer
 */
public record Packing(int rows, int tokens) {
  /** So many rows in each pass, however long they are. */
  public static Packing byRows(int rows) {
    return new Packing(rows, Integer.MAX_VALUE);
  }

  /** As many rows in each pass as so many tokens have room for. */
  public static Packing byTokens(int tokens) {
    return new Packing(Integer.MAX_VALUE, tokens);
  }

  /** The rows in order, in passes. */
  public List<Pack> packs(List<Pack.Group> groups) {
    List<Pack> packs = new ArrayList<>();
    List<Pack.Group> open = new ArrayList<>();
    long filled = 0;
    for (Pack.Group group : groups) {
      long length = length(group);
      if (!open.isEmpty() && (open.size() == rows || filled + length > tokens)) {
        packs.add(new Pack(open));
        open = new ArrayList<>();
        filled = 0;
      }
      open.add(group);
      filled += length;
    }
    if (!open.isEmpty()) {
      packs.add(new Pack(open));
    }
    return packs;
  }

  private static long length(Pack.Group group) {
    return group.prompt().ids().length
        + group.completions().stream().mapToLong(completion -> completion.length).sum();
  }
}
