package io.vlmr1.plan;

import io.vlmr1.nn.BlockBytes;
import io.vlmr1.tensor.Dtype;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bytes that a process will hold, part by part. What lives for the whole training stands beside
 * what a rollout and an update need in turn; the larger of the two decides.
 *
 * @param runtime the process without a model
 * @param weights of the policy, and of the reference where it is another model
 * @param gradients flat
 * @param optimizer moments, and masters where weights are not float32
 * @param pictures patches and features of this step's and the next step's prompts
 * @param rollout parts of a rollout by name
 * @param update parts of an update by name
 */
public record MemoryPlan(
    long runtime,
    long weights,
    long gradients,
    long optimizer,
    long pictures,
    Map<String, Long> rollout,
    Map<String, Long> update) {
  private static final long FLOAT = Dtype.FLOAT32.bytes();

  /** Logits of a chunk: as LanguageHead cuts them. */
  private static final long CHUNK = 1L << 23;

  /** Probabilities that a head keeps at most: as LanguageHead does. */
  private static final long LARGEST_KEPT = 1L << 26;

  /** Gradients that AdamW widens at a time, and ranks sum at a time. */
  private static final long WIDENED = 1L << 24;

  /** Tensors of a chunk's size at once: logits, their logarithm, probabilities. */
  private static final int OF_CHUNK = 3;

  /** Of a workload, in a process that takes so much before it has a model. */
  public static MemoryPlan of(Workload work, long runtime) {
    ModelSizes model = work.model();
    Dtype dtype = model.training().dtype();
    Workload.Spread spread = work.spread();
    long weights = model.weights() * dtype.bytes();
    long reference = work.method().reference() && !model.training().adapted() ? weights : 0;
    long sliced = weights - model.trained() * dtype.bytes();
    sliced += model.trained() * dtype.bytes() / spread.slices(3);
    int state = dtype == Dtype.FLOAT32 ? 2 : 3;
    Workload.Batch batch = work.batch();
    long perPrompt =
        (long) batch.prompt().patches() * batch.prompt().patchNumbers() * FLOAT
            + (model.training().tower()
                ? 0
                : batch.prompt().patches() * model.vision().hidden() * dtype.bytes());
    return new MemoryPlan(
        runtime,
        sliced + reference,
        model.trained() * model.training().gradients().bytes() / spread.slices(2),
        model.trained() * FLOAT * state / spread.slices(1),
        perPrompt * batch.prompts() * batch.passes() * 2,
        work.method().sampled() ? rollout(work) : Map.of(),
        work.method().trained() ? update(work) : Map.of());
  }

  private static Map<String, Long> rollout(Workload work) {
    ModelSizes model = work.model();
    Workload.Batch batch = work.batch();
    long rows = (long) batch.prompts() * batch.group();
    long places = batch.prompt().tokens() + (long) batch.group() * batch.completion();
    long cache =
        2L * model.layers() * batch.prompts() * places * model.language().shape().keys() * FLOAT;
    long prefill = model.language().forward(new BlockBytes.Rows(work.promptRows(), 0));
    long vision = model.vision().forward(new BlockBytes.Rows(work.patches(), 0));
    long logits = 4 * rows * model.vocabulary() * FLOAT;
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("keys and values", cache);
    parts.put("decoding copy of weights", model.decoderBytes());
    parts.put("logits of a token", logits);
    long peak = Math.max(model.decoderBytes() + logits, Math.max(prefill, vision));
    // prefill is over before the copy is made: only what goes beyond it counts
    parts.put("prefill beyond the copy", peak - model.decoderBytes() - logits);
    return parts;
  }

  private static Map<String, Long> update(Workload work) {
    ModelSizes model = work.model();
    Dtype dtype = model.training().dtype();
    BlockBytes.Rows rows = work.rows();
    Kept kept = Kept.of(work);
    long residual = rows.all() * model.language().hidden() * dtype.bytes();
    long predicting = work.completionRows() * model.language().hidden() * dtype.bytes();
    long head = head(work, kept.probabilities() > 0) + 2 * predicting;
    long layer =
        Math.max(
            model.language().forward(rows),
            model.language().backward(rows, kept.language() == model.layers()) + residual);
    long tower = model.training().tower() ? towerWork(work, kept) : 0;
    long widened = dtype == Dtype.FLOAT32 ? 0 : Math.min(WIDENED, model.trained()) * FLOAT;
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("activations", kept.bytes() + 2 * residual);
    parts.put("probabilities", kept.probabilities());
    parts.put("logits", head);
    parts.put("a layer's own beyond them", Math.max(0, max(layer, tower, widened) - head));
    return parts;
  }

  private static long towerWork(Workload work, Kept kept) {
    BlockBytes.Rows rows = new BlockBytes.Rows(work.patches(), 0);
    boolean whole = kept.vision() == work.model().visionLayers();
    return work.model().vision().backward(rows, whole);
  }

  private static long max(long first, long second, long third) {
    return Math.max(first, Math.max(second, third));
  }

  private static long head(Workload work, boolean kept) {
    ModelSizes model = work.model();
    long chunk = Math.max(1, CHUNK / model.vocabulary());
    long rows = Math.min(chunk, work.completionRows());
    long logits = rows * model.vocabulary();
    long typed = model.training().dtype() == Dtype.FLOAT32 ? 0 : 1;
    long wide = kept ? OF_CHUNK - 1 : OF_CHUNK;
    long low = model.training().adapted() ? logits * model.training().dtype().bytes() : 0;
    return low
        + logits * (FLOAT * wide + typed * 2 * model.training().dtype().bytes())
        + rows * model.language().hidden() * 4 * FLOAT;
  }

  /**
   * What backward finds kept.
   *
   * @param bytes of layers, language and vision
   * @param probabilities bytes of the head's
   * @param language decoder layers that keep everything
   * @param vision blocks that do
   */
  record Kept(long bytes, long probabilities, int language, int vision) {

    /** What fits into the workload's budget, in the order in which a pass takes it. */
    static Kept of(Workload work) {
      ModelSizes model = work.model();
      boolean tower = model.training().tower();
      long rows = work.rows().all();
      long inputs = model.layers() * model.language().inputs(rows);
      inputs += tower ? model.visionLayers() * model.vision().inputs(work.patches()) : 0;
      long left = Math.max(0, work.method().kept() - inputs);
      long elements = work.completionRows() * model.vocabulary();
      long probabilities = elements <= LARGEST_KEPT && elements * FLOAT <= left ? elements : 0;
      left -= probabilities * FLOAT;
      long each = Math.max(1, model.language().more(rows));
      int language = (int) Math.min(model.layers(), left / each);
      left -= language * each;
      long patch = Math.max(1, model.vision().more(work.patches()));
      int vision = tower ? (int) Math.min(model.visionLayers(), left / patch) : 0;
      return new Kept(
          inputs + language * each + vision * patch, probabilities * FLOAT, language, vision);
    }
  }

  /** What lives for the whole training. */
  public long standing() {
    return runtime + weights + gradients + optimizer + pictures;
  }

  /** What an update needs besides. */
  public long updating() {
    return sum(update);
  }

  /** What an update needs besides and does not keep from forward to backward. */
  public long passing() {
    return updating()
        - update.getOrDefault("activations", 0L)
        - update.getOrDefault("probabilities", 0L);
  }

  /** What a rollout needs besides. */
  public long rollingOut() {
    return sum(rollout);
  }

  /** The most at any time. */
  public long peak() {
    return standing() + Math.max(updating(), rollingOut());
  }

  private static long sum(Map<String, Long> parts) {
    return parts.values().stream().mapToLong(Long::longValue).sum();
  }
}
