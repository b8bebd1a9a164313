package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Queries, keys and values, float32: those of a forward pass, or their gradients.
 *
 * @param query [rows, heads, width]
 * @param key [rows, key heads, width]; query head h sees key head h / (heads / key heads)
 * @param value [rows, key heads, width]
 */
public record Heads(Tensor query, Tensor key, Tensor value) {

  /**
   * How many there are.
   *
   * @param heads of the queries
   * @param keyHeads of keys and values; divides heads
   * @param width of a head
   * @param grouped whether a fused projection has, key head by key head, its queries, the key and
   *     the value; otherwise all queries come first, then all keys, then all values
   */
  public record Shape(int heads, int keyHeads, int width, boolean grouped) {

    /** Queries, keys and values one after the other. */
    public Shape(int heads, int keyHeads, int width) {
      this(heads, keyHeads, width, false);
    }

    /** Width of all queries. */
    public long queries() {
      return (long) heads * width;
    }

    /** Width of all keys, or of all values. */
    public long keys() {
      return (long) keyHeads * width;
    }

    /** Columns of the fused projection. */
    public long columns() {
      return queries() + 2 * keys();
    }

    /** Place of each head, queries first, in a fused projection that is grouped. */
    private int[] places() {
      int each = heads / keyHeads;
      int[] places = new int[heads + 2 * keyHeads];
      for (int head = 0; head < heads; head++) {
        places[head] = head / each * (each + 2) + head % each;
      }
      for (int key = 0; key < keyHeads; key++) {
        places[heads + key] = key * (each + 2) + each;
        places[heads + keyHeads + key] = key * (each + 2) + each + 1;
      }
      return places;
    }

    private int turned() {
      return heads + keyHeads;
    }

    /** Cuts a fused projection [rows, columns] into heads, and turns queries and keys. */
    Heads cut(Tensor projected, Rotary rotary) {
      Tensor all = projected.view(-1, heads + 2L * keyHeads, width);
      if (grouped) {
        all = all.index_select(1, Tensors.ofInts(places()));
      }
      Tensor turned = rotary.turn(Tensors.float32(all.narrow(1, 0, turned())));
      return new Heads(
          turned.narrow(1, 0, heads),
          turned.narrow(1, heads, keyHeads),
          Tensors.float32(all.narrow(1, turned(), keyHeads)));
    }

    /** Room for gradients. */
    Gradients gradients(long rows) {
      Tensor all = Tensors.empty(Dtype.FLOAT32, rows, heads + 2L * keyHeads, width);
      return new Gradients(
          all,
          new Heads(
              all.narrow(1, 0, heads),
              all.narrow(1, heads, keyHeads),
              all.narrow(1, turned(), keyHeads)));
    }

    /** The gradient of the fused projection, [rows, columns] of a type. */
    Tensor join(Gradients gradients, Rotary rotary, Dtype dtype) {
      Tensor turned = gradients.all().narrow(1, 0, turned());
      turned.copy_(rotary.turnBack(turned));
      Tensor all = gradients.all();
      if (grouped) {
        all = torch.empty_like(all).index_copy_(1, Tensors.ofInts(places()), all);
      }
      return all.view(-1, columns()).to(dtype.scalarType());
    }
  }

  /**
   * Gradients of heads.
   *
   * @param all one after the other: [rows, heads + 2 key heads, width]
   * @param heads views of it
   */
  record Gradients(Tensor all, Heads heads) {}

  /** The same done to each. */
  Heads each(UnaryOperator<Tensor> change) {
    return new Heads(change.apply(query), change.apply(key), change.apply(value));
  }

  /** Some of the rows. */
  Heads rows(long start, long count) {
    return each(tensor -> tensor.narrow(0, start, count));
  }

  /** Copies others over these. */
  void set(Heads others) {
    query.copy_(others.query);
    key.copy_(others.key);
    value.copy_(others.value);
  }
}
