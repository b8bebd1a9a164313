package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of all layers while completions are decoded: a prompt's once, whatever the number
 * of its rows, then step by step one of each row. B prompts with G places each; S = longest prompt
 * + steps · G.
 *
 * <p>A layer's keys are [B, S, key heads, width]. The rows of a prompt attend to all of its keys in
 * one product, and so do the query heads that share a key head: they stand below each other as more
 * rows, so that a key is read once for all of them. A mask hides the other rows' own keys and the
 * padding of shorter prompts. For the few rows of a group that costs less than products of their
 * own.
 */
public final class SharedPromptCache implements AutoCloseable {
  private static final int FIRST_ROOM = 64;

  private final PaddedBatch prompts;
  private final int mostSteps;
  private final List<Layer> layers = new ArrayList<>();
  private Layout layout;
  private int step;

  /**
   * Who stands where.
   *
   * @param promptOfRow each row's prompt, an index into those given at the start
   * @param slots index of each of the B prompts among those given at the start
   * @param places G
   * @param taken place of each row, slot · G + column
   * @param room steps that fit
   */
  private record Layout(
      int[] promptOfRow, int[] slots, int places, int[] taken, int room, LiveRows rows) {

    static Layout of(int[] promptOfRow, int[] slots, int places, int[] taken, int room) {
      LiveRows rows = new LiveRows(slots.length, places, taken);
      return new Layout(promptOfRow, slots, places, taken, room, rows);
    }

    Layout with(int[] owners, int[] places) {
      return of(owners, slots, this.places, places, room);
    }

    Layout with(int newRoom) {
      return new Layout(promptOfRow, slots, places, taken, newRoom, rows);
    }
  }

  private static final class Layer {
    private Retained kept = new Retained();
    private Tensor keys;
    private Tensor values;

    Layer(Tensor keys, Tensor values) {
      this.keys = kept.keep(keys);
      this.values = kept.keep(values);
    }

    void replace(Tensor newKeys, Tensor newValues) {
      Retained next = new Retained();
      keys = next.keep(newKeys);
      values = next.keep(newValues);
      kept.close();
      kept = next;
    }
  }

  private int queriesPerKey = 1;
  private boolean masked;
  private @Nullable Tensor mask;
  private Retained maskKept = new Retained();

  /**
   * An empty cache.
   *
   * @param prompts stays the caller's
   * @param perPrompt rows of each prompt
   * @param mostSteps most tokens a row
   */
  public SharedPromptCache(PaddedBatch prompts, int perPrompt, int mostSteps) {
    this.prompts = prompts;
    this.mostSteps = mostSteps;
    int[] slots = range(prompts.sequences());
    int[] rows = range(prompts.sequences() * perPrompt);
    int[] owners = Arrays.stream(rows).map(row -> row / perPrompt).toArray();
    layout = Layout.of(owners, slots, perPrompt, rows, Math.min(mostSteps, FIRST_ROOM));
  }

  private static int[] range(int end) {
    int[] numbers = new int[end];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }

  /** Attention over the prompts that also fills the next layer; call it layer by layer. */
  public Attention filling(Attention overPrompts) {
    return new InferenceOnly() {
      @Override
      public Attended attend(Heads heads) {
        Tensor keys = room(heads.key());
        Tensor values = room(heads.value());
        keys.narrow(1, 0, prompts.longest()).copy_(prompts.pad(heads.key()));
        values.narrow(1, 0, prompts.longest()).copy_(prompts.pad(heads.value()));
        layers.add(new Layer(keys, values));
        queriesPerKey = Math.toIntExact(heads.query().size(1) / heads.key().size(1));
        return overPrompts.attend(heads);
      }
    };
  }

  private Tensor room(Tensor like) {
    long length = prompts.longest() + (long) layout.room() * layout.places();
    return Tensors.empty(Dtype.FLOAT32, layout.slots().length, length, like.size(1), like.size(2));
  }

  /** One new token a live row: it sees its prompt and its own row up to itself. */
  public Attention attention(int layer) {
    return new InferenceOnly() {
      @Override
      public Attended attend(Heads heads) {
        LiveRows rows = layout.rows();
        Heads placed = heads.each(rows::place);
        int places = layout.places();
        long start = prompts.longest() + (long) step * places;
        Tensor keys = layers.get(layer).keys;
        Tensor values = layers.get(layer).values;
        keys.narrow(1, start, places).copy_(placed.key());
        values.narrow(1, start, places).copy_(placed.value());
        long seen = start + places;
        Heads all =
            new Heads(stacked(placed.query()), keys.narrow(1, 0, seen), values.narrow(1, 0, seen));
        Tensor mask = mask();
        Tensor visible = mask == null ? null : mask.narrow(3, 0, seen);
        return new Attended(rows.rows(unstacked(FlashAttention.masked(all, visible))), List.of());
      }
    };
  }

  /** [B, G, heads, width] to [B, G · queries a key, key heads, width]. */
  private Tensor stacked(Tensor query) {
    return queriesPerKey == 1
        ? query
        : query
            .unflatten(2, query.size(2) / queriesPerKey, queriesPerKey)
            .transpose(2, 3)
            .flatten(1, 2);
  }

  /** The way back. */
  private Tensor unstacked(Tensor output) {
    return queriesPerKey == 1
        ? output
        : output.unflatten(1, layout.places(), queriesPerKey).transpose(2, 3).flatten(2, 3);
  }

  /** Prompt of each live row. */
  public int[] promptOfRow() {
    return layout.promptOfRow().clone();
  }

  /** Tokens that each row has had. */
  public int step() {
    return step;
  }

  /** All layers have taken a token of each row. */
  public void advance() {
    step++;
    if (step == layout.room() && step < mostSteps) {
      move(layout.with(Math.min(mostSteps, 2 * layout.room())), layout.taken());
    }
  }

  /** Goes on with these of the live rows. */
  public void retain(int[] rows) {
    int[] owners = pick(layout.promptOfRow(), rows);
    int[] taken = pick(layout.taken(), rows);
    int[] slots = Arrays.stream(owners).distinct().toArray();
    int[] columns = new int[rows.length];
    for (int row = 1; row < rows.length; row++) {
      columns[row] = owners[row] == owners[row - 1] ? columns[row - 1] + 1 : 0;
    }
    int places = Arrays.stream(columns).max().orElse(0) + 1;
    LiveRows before = layout.rows();
    if (2 * slots.length * places > layout.slots().length * layout.places()) {
      layout = layout.with(owners, taken); // copying would not pay yet
    } else {
      int[] compact = new int[rows.length];
      Arrays.setAll(
          compact, row -> Arrays.binarySearch(slots, owners[row]) * places + columns[row]);
      move(Layout.of(owners, slots, places, compact, layout.room()), taken);
    }
    before.close();
  }

  private static int[] pick(int[] values, int[] indices) {
    return Arrays.stream(indices).map(i -> values[i]).toArray();
  }

  /** Copies what was cached to another layout; `from` are the places where its rows stood. */
  private void move(Layout next, int[] from) {
    Layout before = layout;
    long[] columns = new long[next.slots().length * next.places()];
    for (int row = 0; row < from.length; row++) {
      columns[next.taken()[row]] = from[row] % before.places();
    }
    int[] oldSlots =
        Arrays.stream(next.slots())
            .map(slot -> Arrays.binarySearch(before.slots(), slot))
            .toArray();
    layout = next;
    try (Scope scope = Scope.open()) {
      for (Layer layer : layers) {
        layer.replace(
            moved(layer.keys, before, oldSlots, columns),
            moved(layer.values, before, oldSlots, columns));
      }
    }
    masked = false;
  }

  private Tensor moved(Tensor old, Layout before, int[] oldSlots, long[] columns) {
    Tensor result = room(old.select(0, 0));
    int places = layout.places();
    for (int slot = 0; slot < oldSlots.length; slot++) {
      Tensor source = old.select(0, oldSlots[slot]);
      Tensor target = result.select(0, slot);
      target.narrow(0, 0, prompts.longest()).copy_(source.narrow(0, 0, prompts.longest()));
      Tensor own =
          source
              .narrow(0, prompts.longest(), (long) step * before.places())
              .unflatten(0, step, before.places())
              .index_select(
                  1,
                  Tensors.ofLongs(Arrays.copyOfRange(columns, slot * places, (slot + 1) * places)));
      target.narrow(0, prompts.longest(), (long) step * places).copy_(own.flatten(0, 1));
    }
    return result;
  }

  private @Nullable Tensor mask() {
    if (!masked) {
      buildMask();
      masked = true;
    }
    return mask;
  }

  /** 0 where a place sees a key, minus infinity elsewhere: [B or 1, 1, G · queries a key, S]. */
  private void buildMask() {
    Retained next = new Retained();
    int places = layout.places();
    mask = null;
    if (places > 1 || !prompts.even()) {
      int batches = prompts.even() ? 1 : layout.slots().length;
      int length = prompts.longest() + layout.room() * places;
      float[] values = new float[batches * places * length];
      for (int batch = 0; batch < batches; batch++) {
        int shown = prompts.even() ? prompts.longest() : prompts.length(layout.slots()[batch]);
        for (int place = 0; place < places; place++) {
          int row = (batch * places + place) * length;
          Arrays.fill(values, row + shown, row + length, Float.NEGATIVE_INFINITY);
          for (int key = prompts.longest() + place; key < length; key += places) {
            values[row + key] = 0;
          }
        }
      }
      try (Scope scope = Scope.open()) {
        Tensor byPlace = Tensors.ofFloats(values, batches, 1, places, length);
        mask =
            next.keep(
                byPlace.repeat_interleave(queriesPerKey, new LongOptional(2), new LongOptional()));
      }
    }
    maskKept.close();
    maskKept = next;
  }

  @Override
  public void close() {
    layers.forEach(layer -> layer.kept.close());
    layout.rows().close();
    maskKept.close();
  }

  /** Has no backward pass. */
  private abstract static class InferenceOnly implements Attention {
    @Override
    public void backward(Heads heads, Attended attended, Tensor outer, Heads gradient) {
      throw new UnsupportedOperationException("decoding has no backward pass");
    }
  }
}
