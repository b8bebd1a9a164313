package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of all layers while completions are decoded: a prompt's once, whatever the number
 * of its rows, then step by step one of each row. B prompts with G places each.
 *
 * <p>A layer's keys are [B, key heads, longest prompt, width] and [B · G, key heads, steps, width].
 * A token attends in two parts, which are merged as in {@link SharedPromptAttention}. The rows of a
 * prompt attend to its keys in one product, and so do the query heads that share a key head: they
 * stand below each other as more rows, so that a key is read once for all of them. Each row attends
 * to its own keys by itself, so the work of a token grows with its completion's length and not with
 * that of all completions of its group. A mask hides the padding of shorter prompts.
 */
public final class SharedPromptCache implements AutoCloseable {
  private static final int FIRST_ROOM = 64;

  private final PaddedBatch prompts;
  private final int mostSteps;
  private final List<Layer> layers = new ArrayList<>();
  private Layout layout;
  private int room;
  private int step;

  /**
   * Who stands where.
   *
   * @param promptOfRow each row's prompt, an index into those given at the start
   * @param slots index of each of the B prompts among those given at the start
   * @param places G
   * @param taken place of each row, slot · G + column
   */
  private record Layout(int[] promptOfRow, int[] slots, int places, int[] taken, LiveRows rows) {

    static Layout of(int[] promptOfRow, int[] slots, int places, int[] taken) {
      LiveRows rows = new LiveRows(slots.length, places, taken);
      return new Layout(promptOfRow, slots, places, taken, rows);
    }

    int all() {
      return slots.length * places;
    }
  }

  /** Of prompts, and of each place's own completion. */
  private static final class Layer {
    private final Kept prompts;
    private final Kept own;
    private Retained boxed = new Retained();
    private FlashAttention.@Nullable Fixed shared;

    Layer(Kept prompts, Kept own) {
      this.prompts = prompts;
      this.own = own;
    }

    /** Attention to the prompts' keys, which stay until rows have left. */
    FlashAttention.Fixed shared(@Nullable Tensor mask) {
      if (shared == null) {
        shared = new FlashAttention.Fixed(prompts.keys, prompts.values, mask, boxed);
      }
      return shared;
    }

    /** The prompts' keys or the mask are going to change. */
    void forgetShared() {
      shared = null;
      boxed.close();
      boxed = new Retained();
    }

    void close() {
      boxed.close();
      prompts.retained.close();
      own.retained.close();
    }
  }

  /** Keys and values that live until others replace them. */
  private static final class Kept {
    private Retained retained = new Retained();
    private Tensor keys;
    private Tensor values;

    Kept(Tensor keys, Tensor values) {
      this.keys = retained.keep(keys);
      this.values = retained.keep(values);
    }

    void change(UnaryOperator<Tensor> change) {
      Retained next = new Retained();
      try (Scope scope = Scope.open()) {
        keys = next.keep(change.apply(keys));
        values = next.keep(change.apply(values));
      }
      retained.close();
      retained = next;
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
    room = Math.min(mostSteps, FIRST_ROOM);
    int[] rows = range(prompts.sequences() * perPrompt);
    int[] owners = Arrays.stream(rows).map(row -> row / perPrompt).toArray();
    layout = Layout.of(owners, range(prompts.sequences()), perPrompt, rows);
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
        Tensor keys = heads.key();
        Kept ofPrompts = new Kept(ofPrompts(keys), ofPrompts(heads.value()));
        long width = keys.size(2);
        Kept own = new Kept(ownRoom(keys.size(1), width), ownRoom(keys.size(1), width));
        layers.add(new Layer(ofPrompts, own));
        queriesPerKey = Math.toIntExact(heads.query().size(1) / keys.size(1));
        return overPrompts.attend(heads);
      }
    };
  }

  /** A copy, head by head: heads are views of a projection that is much wider. */
  private Tensor ofPrompts(Tensor rows) {
    return prompts.pad(rows).transpose(1, 2).contiguous();
  }

  private Tensor ownRoom(long heads, long width) {
    return Tensors.empty(Dtype.FLOAT32, layout.all(), heads, room, width);
  }

  /** One new token a live row: it sees its prompt and its own row up to itself. */
  public Attention attention(int layer) {
    return new InferenceOnly() {
      @Override
      public Attended attend(Heads heads) {
        LiveRows rows = layout.rows();
        Kept own = layers.get(layer).own;
        own.keys.select(2, step).copy_(rows.spread(heads.key()));
        own.values.select(2, step).copy_(rows.spread(heads.value()));
        // [B · G, key heads, queries a key, width]
        Tensor query = rows.spread(heads.query()).unflatten(1, -1, queriesPerKey);
        FlashAttention.Result shared = layers.get(layer).shared(mask()).of(together(query));
        FlashAttention.Result alone =
            FlashAttention.byHeads(
                new Heads(
                    query, own.keys.narrow(2, 0, step + 1L), own.values.narrow(2, 0, step + 1L)));
        Tensor share = apart(shared.logSum()).sub(byPrompt(alone.logSum())).sigmoid_();
        Tensor output = byPrompt(alone.output()).lerp(apart(shared.output()), share.unsqueeze(-1));
        return new Attended(rows.rows(output.flatten(2, 3)), List.of());
      }
    };
  }

  /** [B · G, ..] to [B, G, ..]. */
  private Tensor byPrompt(Tensor places) {
    return places.unflatten(0, -1, layout.places());
  }

  /** [B · G, key heads, queries a key, width] to [B, key heads, G · queries a key, width]. */
  private Tensor together(Tensor query) {
    return byPrompt(query).transpose(1, 2).flatten(2, 3);
  }

  /** [B, key heads, G · queries a key, ..] to [B, G, key heads, queries a key, ..]. */
  private Tensor apart(Tensor together) {
    return together.unflatten(2, layout.places(), queriesPerKey).transpose(1, 2);
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
    if (step == room && step < mostSteps) {
      room = Math.min(mostSteps, 2 * room);
      layers.forEach(layer -> layer.own.change(this::widened));
    }
  }

  private Tensor widened(Tensor own) {
    Tensor wider = ownRoom(own.size(1), own.size(3));
    wider.narrow(2, 0, step).copy_(own.narrow(2, 0, step));
    return wider;
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
    if (2 * slots.length * places > layout.all()) {
      // copying would not pay yet
      layout = Layout.of(owners, layout.slots(), layout.places(), taken);
    } else {
      int[] compact = new int[rows.length];
      Arrays.setAll(
          compact, row -> Arrays.binarySearch(slots, owners[row]) * places + columns[row]);
      move(Layout.of(owners, slots, places, compact), taken);
    }
    before.close();
  }

  private static int[] pick(int[] values, int[] indices) {
    return Arrays.stream(indices).map(i -> values[i]).toArray();
  }

  /** Copies what was cached to another layout; `from` are the places where its rows stood. */
  private void move(Layout next, int[] from) {
    int[] places = new int[next.all()];
    Arrays.fill(places, from[0]); // what stands where no row is, is never read
    for (int row = 0; row < from.length; row++) {
      places[next.taken()[row]] = from[row];
    }
    int[] slots =
        Arrays.stream(next.slots())
            .map(slot -> Arrays.binarySearch(layout.slots(), slot))
            .toArray();
    boolean fewer = slots.length < layout.slots().length;
    layout = next;
    try (Scope scope = Scope.open()) {
      Tensor ofPlaces = Tensors.ofInts(places);
      Tensor ofSlots = Tensors.ofInts(slots);
      for (Layer layer : layers) {
        layer.forgetShared();
        layer.own.change(own -> own.index_select(0, ofPlaces));
        if (fewer) {
          layer.prompts.change(keys -> keys.index_select(0, ofSlots));
        }
      }
    }
    masked = false;
  }

  private @Nullable Tensor mask() {
    if (!masked) {
      buildMask();
      masked = true;
    }
    return mask;
  }

  /**
   * 0 where a place sees a prompt's key, minus infinity elsewhere: [B, 1, G · queries a key, P].
   */
  private void buildMask() {
    Retained next = new Retained();
    mask = null;
    if (!prompts.even()) {
      int batches = layout.slots().length;
      int length = prompts.longest();
      float[] values = new float[batches * length];
      for (int batch = 0; batch < batches; batch++) {
        int shown = prompts.length(layout.slots()[batch]);
        Arrays.fill(values, batch * length + shown, (batch + 1) * length, Float.NEGATIVE_INFINITY);
      }
      try (Scope scope = Scope.open()) {
        mask =
            next.keep(
                Tensors.ofFloats(values, batches, 1, 1, length)
                    .expand(batches, 1, (long) layout.places() * queriesPerKey, length));
      }
    }
    maskKept.close();
    maskKept = next;
  }

  @Override
  public void close() {
    layers.forEach(Layer::close);
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
