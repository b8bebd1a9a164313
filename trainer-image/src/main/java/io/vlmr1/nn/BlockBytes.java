package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;

/**
 * What a transformer block takes of memory, in bytes: what it keeps between forward and backward,
 * and what it makes and drops on the way. One number a row of each tensor that {@link
 * TransformerBlock} makes, in its order; everything of a scope lives until the scope closes.
 *
 * @param hidden D
 * @param shape heads
 * @param product columns of the feed-forward part's first product
 * @param inner columns of what its second product takes: half of `product` where there is a gate
 * @param dtype of weights and residual
 * @param parts what not every block has
 */
public record BlockBytes(
    long hidden, Heads.Shape shape, long product, long inner, Dtype dtype, Parts parts) {
  private static final long FLOAT = 4;

  /**
   * What not every block has.
   *
   * @param turned whether queries and keys are turned by their place
   * @param queriesNormed whether they are normed before
   * @param joints how many halves end in more than a sum
   * @param adapted whether the products have low-rank pairs beside them
   */
  public record Parts(boolean turned, boolean queriesNormed, int joints, boolean adapted) {
    /** Of a block as Qwen2's. */
    public static final Parts PLAIN = new Parts(true, false, 0, false);
  }

  /**
   * Rows of a pass.
   *
   * @param prompts rows that attend to their own sequence only
   * @param completions rows that attend to a prompt too
   */
  public record Rows(long prompts, long completions) {
    /** All of them. */
    public long all() {
      return prompts + completions;
    }
  }

  /** The inputs of both halves, attention's output and its log-sums. */
  public long inputs(long rows) {
    return inputs(rows, rows);
  }

  /** The same where only some rows go on behind attention. */
  long inputs(long rows, long behind) {
    return rows * (typed(hidden) + FLOAT * (shape.queries() + shape.heads()))
        + behind * typed(hidden);
  }

  /** What the block gives. */
  public long output(long rows) {
    return rows * typed(hidden);
  }

  /** What keeping everything takes on top of {@link #inputs}. */
  public long more(long rows) {
    return more(rows, rows);
  }

  /** The same where only some rows go on behind attention. */
  long more(long rows, long behind) {
    long turned = FLOAT * (shape.queries() + shape.keys());
    long values = FLOAT * (sharesProjection() ? shape.columns() : shape.keys());
    if (!parts.turned() && sharesProjection()) {
      turned = 0; // heads are views of the projection
    }
    long projected = parts.queriesNormed() ? typed(shape.columns()) : 0;
    return rows * (turned + values + projected)
        + behind * (typed(product) + parts.joints() * typed(hidden));
  }

  /** Values that need no widening are a view of the projection, which then stays whole. */
  private boolean sharesProjection() {
    return dtype == Dtype.FLOAT32 || shape.grouped();
  }

  /** The most that a forward pass makes inside the block, what it keeps included. */
  public long forward(Rows rows) {
    long norms = 2 * (widened() ? 2 * FLOAT * hidden + typed(hidden) : typed(hidden));
    long heads = 2 * FLOAT * (shape.queries() + shape.keys());
    heads += widened() ? FLOAT * shape.columns() + typed(shape.queries()) : 0;
    long mlp = typed(product) + typed(inner);
    long low = parts.adapted() ? FLOAT * hidden / 2 : 0;
    long each = norms + typed(shape.columns()) + heads + mlp + 2 * typed(hidden) + low;
    long attention = FLOAT * shape.queries();
    return rows.all() * each + attention * (2 * rows.prompts() + 4 * rows.completions());
  }

  /** The most that the backward pass makes inside the block: the larger of its two halves. */
  public long backward(Rows rows, boolean everything) {
    return Math.max(mlpBackward(rows.all(), everything), attentionBackward(rows, everything));
  }

  /** All that the backward pass makes inside the block, one half after the other. */
  public long backwardMade(Rows rows, boolean everything) {
    return mlpBackward(rows.all(), everything) + attentionBackward(rows, everything);
  }

  private long mlpBackward(long rows, boolean everything) {
    long again = everything ? 0 : typed(product);
    long middle = typed(product) + typed(inner) * (product == inner ? 1 : 3);
    long pairs = parts.adapted() ? typed(product) + typed(hidden) : 0;
    return rows * (again + middle + pairs + normBackward() + typed(hidden));
  }

  private long attentionBackward(Rows rows, boolean everything) {
    long turned = FLOAT * (shape.queries() + shape.keys());
    long again = typed(shape.columns()) + 2 * turned;
    long wide = widened() ? FLOAT * shape.columns() + typed(shape.queries()) : 0;
    long gradients = FLOAT * shape.columns() + (widened() ? typed(shape.columns()) : 0);
    long pairs = parts.adapted() ? typed(shape.columns()) + typed(hidden) : 0;
    long each =
        typed(shape.queries())
            + (everything ? 0 : again + wide)
            + (widened() ? FLOAT * shape.queries() : 0)
            + gradients
            + 2 * turned
            + pairs
            + normBackward()
            + typed(hidden);
    long prompts = FLOAT * (shape.queries() + 4 * shape.keys());
    long completions = FLOAT * (2 * shape.queries() + 2 * shape.keys());
    return rows.all() * each + prompts * rows.prompts() + completions * rows.completions();
  }

  /** The norm again, its weighted output, and the two products of its gradient. */
  private long normBackward() {
    return 3 * FLOAT * hidden + typed(hidden) + (widened() ? 2 * FLOAT * hidden : 0);
  }

  private boolean widened() {
    return dtype != Dtype.FLOAT32;
  }

  private long typed(long columns) {
    return columns * dtype.bytes();
  }
}
