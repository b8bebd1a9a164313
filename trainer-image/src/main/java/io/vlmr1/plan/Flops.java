package io.vlmr1.plan;

import io.vlmr1.nn.BlockBytes;

/**
 * Multiplications and additions of a step's phases: products with weights, and attention, apart,
 * since they run at different rates.
 *
 * @param products with weights, 2 a number and row
 * @param attention products of queries with keys and of scores with values, 4 a query, key and
 *     column
 */
public record Flops(double products, double attention) {
  /** Backward attention computes the scores again: five products where forward has two. */
  private static final double ATTENTION_BACKWARD = 2.5;

  Flops plus(Flops other) {
    return new Flops(products + other.products, attention + other.attention);
  }

  Flops times(double factor) {
    return new Flops(products * factor, attention * factor);
  }

  /** Both. */
  public double all() {
    return products + attention;
  }

  /** The vision tower over all pictures of a pass. */
  static Flops vision(Workload work) {
    ModelSizes model = work.model();
    ModelSizes.Around around = model.around();
    double patches = work.patches();
    double picture = patches / Math.max(1, work.batch().prompts() * work.batch().prompt().images());
    double seen =
        around.wholeShare() * picture
            + (1 - around.wholeShare()) * Math.min(picture, (double) around.window());
    double products =
        2 * patches * model.visionLayers() * (double) ModelSizes.products(model.vision())
            + 2 * patches * around.perPatch()
            + 2.0 * work.imageTokens() * around.perToken();
    return new Flops(
        products, 4 * model.visionLayers() * patches * seen * model.vision().shape().queries());
  }

  /** The decoder over the prompts of a pass, one row of logits each. */
  static Flops prefill(Workload work) {
    ModelSizes model = work.model();
    double rows = work.promptRows();
    double products = 2 * rows * model.layers() * ModelSizes.products(model.language());
    double unread = unread(work, rows, work.batch().prompts());
    return new Flops(products - unread + 2.0 * work.batch().prompts() * model.head(), self(work));
  }

  /** The decoder over prompts and completions of a pass, logits of completions. */
  static Flops forward(Workload work) {
    ModelSizes model = work.model();
    double rows = work.rows().all();
    double products = 2 * rows * model.layers() * ModelSizes.products(model.language());
    double queries = work.completionRows();
    double seen = work.batch().prompt().tokens() + work.batch().completion() / 2.0;
    double attention = 4 * model.layers() * queries * seen * model.language().shape().queries();
    double unread = unread(work, rows, queries);
    return new Flops(products - unread + 2 * queries * model.head(), self(work) + attention);
  }

  /** What the last layer leaves out behind its attention, for rows that the head does not read. */
  private static double unread(Workload work, double rows, double read) {
    ModelSizes model = work.model();
    return model.vocabulary() == 0 ? 0 : 2 * (rows - read) * behind(model.language());
  }

  /** Prompts over themselves, each row up to its own place. */
  private static double self(Workload work) {
    double tokens = work.batch().prompt().tokens();
    return 4.0
        * work.model().layers()
        * work.promptRows()
        * (tokens / 2)
        * work.model().language().shape().queries();
  }

  /**
   * The backward pass without what is computed again: gradients of inputs, and of weights where
   * these train.
   */
  static Flops backward(Workload work) {
    boolean whole = !work.model().training().adapted();
    Flops language = forward(work);
    Flops all = back(language, whole);
    return work.model().training().tower() ? all.plus(back(vision(work), whole)) : all;
  }

  private static Flops back(Flops forward, boolean weights) {
    return new Flops(forward.products * (weights ? 2 : 1), forward.attention * ATTENTION_BACKWARD);
  }

  /** What backward computes again: the first products of blocks' halves, and logits. */
  static Flops again(Workload work) {
    ModelSizes model = work.model();
    MemoryPlan.Kept kept = MemoryPlan.Kept.of(work);
    double language =
        2.0 * work.rows().all() * (model.layers() - kept.language()) * first(model.language());
    double tower =
        model.training().tower()
            ? 2.0 * work.patches() * (model.visionLayers() - kept.vision()) * first(model.vision())
            : 0;
    double head = kept.probabilities() > 0 ? 0 : 2.0 * work.completionRows() * model.head();
    double unread =
        kept.language() > 0 || model.vocabulary() == 0
            ? 0
            : 2.0 * work.promptRows() * model.language().hidden() * model.language().product();
    return new Flops(language - unread + tower + head, 0);
  }

  private static double behind(BlockBytes block) {
    return block.hidden() * (block.shape().queries() + block.product() + block.inner());
  }

  private static double first(BlockBytes block) {
    return block.hidden() * (block.shape().columns() + block.product());
  }

  /** The update of a pass as a model needs it: nothing computed again. */
  public static Flops update(Workload work) {
    return vision(work).plus(forward(work)).plus(backward(work));
  }

  /** The rollout of a pass. */
  public static Flops rollout(Workload work) {
    return vision(work).plus(prefill(work)).plus(decoding(work));
  }

  /** All tokens of a pass decoded, one after the other. */
  public static Flops decoding(Workload work) {
    ModelSizes model = work.model();
    double tokens = work.completionRows();
    double numbers = model.layers() * ModelSizes.products(model.language()) + model.head();
    double seen = work.batch().prompt().tokens() + work.batch().completion() / 2.0;
    return new Flops(
        2 * tokens * numbers,
        4 * model.layers() * tokens * seen * model.language().shape().queries());
  }
}
