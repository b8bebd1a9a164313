package io.vlmr1.plan;

import io.vlmr1.nn.BlockBytes;
import io.vlmr1.tensor.Dtype;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Seconds of a step by phase, from operations, bytes and rates. Phases do not overlap.
 *
 * @param phases vision, prefill, decode, score, forward, backward, reduce, optimizer
 */
public record StepTime(Map<String, Double> phases) {
  /** Calls around the layers for one token: embedding, angles, head, sampling. */
  private static final int CALLS_AROUND = 60;

  /** Passes over a flat buffer that an optimizer step makes: read and write weights, moments. */
  private static final int OPTIMIZER_PASSES = 7;

  /** Passes over a token's logits until it is sampled: copies, mask, softmax, read. */
  private static final int SAMPLING_PASSES = 6;

  private static final double FLOAT = Dtype.FLOAT32.bytes();

  /** Of a workload at some rates. */
  public static StepTime of(Workload work, Rates rates) {
    Map<String, Double> phases = new LinkedHashMap<>();
    double passes = work.batch().passes();
    boolean towerRuns = work.batch().prompt().images() > 0;
    Rates.Layer layer = rates.layer();
    double vision =
        towerRuns ? layer.forward() * (seconds(Flops.vision(work), rates) + tower(work, rates)) : 0;
    if (work.method().sampled()) {
      double each = passes / work.method().iterations();
      phases.put("vision", each * vision);
      phases.put("prefill", each * prefill(work, rates));
      phases.put("decode", each * decode(work, rates));
    }
    if (!work.method().trained()) {
      return new StepTime(phases);
    }
    double again = work.model().training().tower() ? vision : 0; // a frozen tower is remembered
    Workload layers = work.with(work.model().withoutHead());
    double forward = forward(work, rates) + (layer.forward() - 1) * forward(layers, rates) + again;
    if (work.method().scored() > 0) {
      phases.put("score", passes * work.method().scored() * forward / work.method().iterations());
    }
    phases.put("forward", passes * forward);
    double backward = backward(work, rates) + (layer.backward() - 1) * backward(layers, rates);
    phases.put("backward", passes * backward);
    double trained = work.model().trained() / (double) work.spread().slices(1);
    if (work.spread().processes() > 1) {
      phases.put("reduce", reduced(work) / rates.network());
    }
    phases.put("optimizer", OPTIMIZER_PASSES * FLOAT * trained / rates.reading());
    return new StepTime(phases);
  }

  /** Together. */
  public double seconds() {
    return phases.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static double seconds(Flops flops, Rates rates) {
    return flops.products() / rates.products() + flops.attention() / rates.attention();
  }

  private static double tower(Workload work, Rates rates) {
    BlockBytes.Rows rows = new BlockBytes.Rows(work.patches(), 0);
    return work.model().visionLayers() * work.model().vision().forward(rows) / rates.memory();
  }

  private static double prefill(Workload work, Rates rates) {
    ModelSizes model = work.model();
    BlockBytes.Rows rows = new BlockBytes.Rows(work.promptRows(), 0);
    double packing = 2.0 * model.decoderBytes() / rates.memory();
    double made = model.layers() * model.language().forward(rows) / rates.memory();
    return rates.layer().forward() * (seconds(Flops.prefill(work), rates) + made) + packing;
  }

  private static double decode(Workload work, Rates rates) {
    ModelSizes model = work.model();
    Workload.Batch batch = work.batch();
    double rows = (double) batch.prompts() * batch.group();
    double sampling = SAMPLING_PASSES * rows * model.vocabulary() * FLOAT / rates.memory();
    double calls = model.layers() * rates.layer().token() + CALLS_AROUND * rates.call();
    double reading = model.decoderBytes() / rates.decoding();
    return batch.completion() * (reading + attending(work, rates) + sampling + calls);
  }

  /** Attention of a token in all layers, half of the completions decoded. */
  static double attending(Workload work, Rates rates) {
    ModelSizes model = work.model();
    Workload.Batch batch = work.batch();
    double rows = (double) batch.prompts() * batch.group();
    double places = batch.prompt().tokens() + batch.group() * batch.completion() / 2.0;
    double cached = 2 * places * model.language().shape().keys() * FLOAT;
    double cache = model.layers() * batch.prompts() * cached / rates.reading();
    double seen = batch.prompt().tokens() + batch.completion() / 2.0;
    double scores =
        4 * model.layers() * rows * seen * model.language().shape().queries() / rates.attention();
    return Math.max(cache, scores);
  }

  /** The decoder's forward pass, the rates taken at their word. */
  static double forward(Workload work, Rates rates) {
    ModelSizes model = work.model();
    double layers = model.layers() * model.language().forward(work.rows());
    return seconds(Flops.forward(work), rates) + (layers + logits(work)) / rates.memory();
  }

  /** The backward pass, with what is computed again, the rates taken at their word. */
  static double backward(Workload work, Rates rates) {
    ModelSizes model = work.model();
    Flops back = Flops.backward(work).plus(Flops.again(work));
    MemoryPlan.Kept kept = MemoryPlan.Kept.of(work);
    double layers = made(model.language(), work.rows(), model.layers(), kept.language());
    BlockBytes.Rows patches = new BlockBytes.Rows(work.patches(), 0);
    double tower =
        model.training().tower()
            ? made(model.vision(), patches, model.visionLayers(), kept.vision())
            : 0;
    return seconds(back, rates) + (layers + tower + logits(work)) / rates.memory();
  }

  private static double made(BlockBytes block, BlockBytes.Rows rows, int layers, int kept) {
    return (double) (layers - kept) * block.backwardMade(rows, false)
        + (double) kept * block.backwardMade(rows, true);
  }

  /** Logits, logarithms, probabilities, and their sum or gradient. */
  private static double logits(Workload work) {
    return 4 * work.completionRows() * work.model().vocabulary() * FLOAT;
  }

  /**
   * Bytes that a process sends to sum gradients: 2 (n - 1) / n of them in a ring (Patarasuk and
   * Yuan 2009); ZeRO 3 gathers the weights twice besides (Rajbhandari et al. 2020).
   */
  private static double reduced(Workload work) {
    ModelSizes model = work.model();
    double n = work.spread().processes();
    double share = (n - 1) / n;
    double gradients = 2 * share * model.trained() * model.training().gradients().bytes();
    double weights =
        work.spread().stage() == 3
            ? 2 * share * model.trained() * model.training().dtype().bytes()
            : 0;
    return gradients + weights * work.batch().passes();
  }
}
