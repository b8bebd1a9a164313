package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

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
   */
  public record Shape(int heads, int keyHeads, int width) {

    /** Columns of the fused projection: query, key, value heads one after the other. */
    private int columns() {
      return (heads + 2 * keyHeads) * width;
    }

    private int turned() {
      return heads + keyHeads;
    }

    /** Cuts a fused projection [rows, columns] into heads, and turns queries and keys. */
    Heads cut(Tensor projected, Rotary.Angles angles) {
      Tensor all = projected.view(-1, heads + 2L * keyHeads, width);
      Tensor turned = Rotary.turn(Tensors.float32(all.narrow(1, 0, turned())), angles);
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
    Tensor join(Gradients gradients, Rotary.Angles angles, Dtype dtype) {
      Tensor turned = gradients.all().narrow(1, 0, turned());
      turned.copy_(Rotary.turnBack(turned, angles));
      return gradients.all().view(-1, columns()).to(dtype.scalarType());
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
