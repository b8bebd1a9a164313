package io.vlmr1.plan;

import io.vlmr1.nn.Attention;
import io.vlmr1.nn.BlockBytes;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.HeadProjections;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.PaddedBatch;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.Rotary;
import io.vlmr1.nn.SharedPromptAttention;
import io.vlmr1.nn.SharedPromptCache;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.Slot.Part;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.PackedWeight;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs one decoder layer of a workload's sizes as training does. What it takes beyond what
 * products, attention and memory account for is the price of its many small calls, of widening to
 * float32 and back, and of an adapter's pairs: no rate of the machine shows it.
 */
final class LayerProbe implements AutoCloseable {
  private static final int MOST_ROWS = 2048;
  private static final int STEPS = 24;
  private static final int REPEATS = 4;
  private static final double ENOUGH_SECONDS = 0.5;
  private static final String QKV = "qkv";
  private static final String OUTPUT = "output";
  private static final String GATE_UP = "gate_up";
  private static final String DOWN = "down_proj";

  private final Workload one;
  private final FlatParameters weights;
  private final TransformerBlock block;

  /** Makes the layer; a workload's rows are cut where there are too many to try. */
  LayerProbe(Workload work) {
    ModelSizes.Training training = work.model().training();
    one = cut(work.with(work.model().oneLayer()), MemoryPlan.Kept.of(work).language() > 0);
    BlockBytes sizes = one.model().language();
    List<Slot> slots =
        List.of(
            Slot.of("first.norm.weight", false, sizes.hidden()),
            Slot.of(QKV + ".weight", true, sizes.shape().columns(), sizes.hidden()),
            Slot.of(QKV + ".bias", false, sizes.shape().columns()),
            Slot.of(OUTPUT + ".weight", true, sizes.hidden(), sizes.shape().queries()),
            Slot.of("second.norm.weight", false, sizes.hidden()),
            Slot.of(GATE_UP + ".weight", true, 2 * sizes.inner(), sizes.hidden()),
            Slot.of(DOWN + ".weight", true, sizes.hidden(), sizes.inner()));
    Tuning tuning = training.adapted() ? pairs(work.model()) : Tuning.ALL;
    weights =
        new FlatParameters(slots, training.dtype(), tuning.withGradients(training.gradients()));
    try (Scope scope = Scope.open()) {
      weights.all().forEach(each -> fill(each.value()));
      fill(weights.flatWeights());
    }
    block =
        new TransformerBlock(
            RmsNorm.of(weights, "first.norm", 1e-6),
            new HeadProjections(sizes.shape(), Linear.of(weights, QKV), Linear.of(weights, OUTPUT)),
            RmsNorm.of(weights, "second.norm", 1e-6),
            new SwiGlu(Linear.of(weights, GATE_UP), Linear.of(weights, DOWN)));
  }

  /** Small numbers: what memory happens to hold may be such that arithmetic is slow. */
  private static void fill(Tensor tensor) {
    try (Scope scope = Scope.open()) {
      tensor.copy_(torch.randn(Tensors.shape(tensor)).mul_(new Scalar(0.02)));
    }
  }

  private static Workload cut(Workload work, boolean everything) {
    Workload.Batch batch = work.batch();
    Workload.Prompt prompt = batch.prompt();
    boolean fits = work.rows().all() <= MOST_ROWS;
    int tokens = fits ? prompt.tokens() : Math.min(prompt.tokens(), MOST_ROWS / 2);
    int group = fits ? batch.group() : Math.min(batch.group(), MOST_ROWS / 16);
    int completion =
        fits ? batch.completion() : Math.min(batch.completion(), MOST_ROWS / 2 / group);
    Workload.Batch cut =
        new Workload.Batch(
            fits ? batch.prompts() : 1,
            1,
            new Workload.Prompt(tokens, 0, 0, 0, 0),
            group,
            Math.max(1, completion));
    return new Workload(work.model(), cut, work.method(), work.spread())
        .keeping(everything ? Long.MAX_VALUE / 2 : 0);
  }

  private static Tuning pairs(ModelSizes model) {
    int rank = (int) Math.max(1, model.trained() / model.pairs(1));
    return slots -> {
      List<Tuning.Pair> made = new ArrayList<>();
      for (Slot slot : slots) {
        for (Part part : slot.parts()) {
          if (part.shape().length == 2) {
            made.add(new Tuning.Pair(part, part.name() + ".pair", rank, 1));
          }
        }
      }
      return new Tuning.Tuned(Set.of(), new Tuning.Pairs(made, 0));
    };
  }

  /** What a layer takes beyond what these rates say of it. */
  Rates.Layer measure(Rates rates) {
    double token = one.method().sampled() ? Math.max(0, token(rates)) : 0;
    if (!one.method().trained()) {
      return new Rates.Layer(1, 1, token);
    }
    double forward = Double.MAX_VALUE;
    double backward = Double.MAX_VALUE;
    double spent = 0;
    for (int i = 0; i < 2 || (i < REPEATS && spent < ENOUGH_SECONDS); i++) { // not the first
      double[] taken = update();
      forward = Math.min(forward, taken[0]);
      backward = Math.min(backward, taken[1]);
      spent += taken[0] + taken[1];
    }
    return new Rates.Layer(
        forward / StepTime.forward(one, rates), backward / StepTime.backward(one, rates), token);
  }

  private double[] update() {
    int groups = one.batch().prompts();
    int[] prompts = repeated(groups, one.batch().prompt().tokens());
    int[] completions = repeated(groups * one.batch().group(), one.batch().completion());
    int[] together = repeated(groups, one.batch().group() * one.batch().completion());
    boolean everything = MemoryPlan.Kept.of(one).language() > 0;
    try (Scope scope = Scope.open();
        PaddedBatch ofPrompts = new PaddedBatch(prompts);
        PaddedBatch ofCompletions = new PaddedBatch(completions);
        PaddedBatch ofGroups = new PaddedBatch(together)) {
      int rows = Math.toIntExact(one.rows().all());
      Attention attention = new SharedPromptAttention(ofPrompts, ofCompletions, ofGroups);
      Tensor x = random(rows);
      Tensor gradient = random(rows);
      Memory memory = everything ? Memory.ALL : Memory.INPUTS;
      try (BlockStack stack = stack(block, rows, layer -> attention, memory)) {
        long start = System.nanoTime();
        stack.forward(x);
        long middle = System.nanoTime();
        stack.backward(gradient);
        return new double[] {(middle - start) / 1e9, (System.nanoTime() - middle) / 1e9};
      }
    }
  }

  /** Seconds of a token in this layer that are neither products nor attention. */
  private double token(Rates rates) {
    int prompts = one.batch().prompts();
    int rows = prompts * one.batch().group();
    try (Scope scope = Scope.open();
        Retained owner = new Retained();
        PaddedBatch lengths = new PaddedBatch(repeated(prompts, one.batch().prompt().tokens()));
        PaddedBatch none = new PaddedBatch(new int[prompts]);
        SharedPromptCache cache = new SharedPromptCache(lengths, one.batch().group(), STEPS)) {
      Attention filling = cache.filling(new SharedPromptAttention(lengths, none, none));
      int promptRows = Math.toIntExact(one.promptRows());
      try (BlockStack prefill = stack(block, promptRows, layer -> filling, Memory.NONE)) {
        prefill.forward(random(promptRows));
      }
      TransformerBlock packed = block.packed(rows, owner);
      Tensor x = random(rows);
      double[] taken = new double[STEPS];
      for (int step = 0; step < STEPS; step++) {
        long start = System.nanoTime();
        try (Scope inner = Scope.open();
            BlockStack token = stack(packed, rows, cache::attention, Memory.NONE)) {
          token.forward(x);
        }
        cache.advance();
        taken[step] = (System.nanoTime() - start) / 1e9;
      }
      Workload tried = one.completion(STEPS);
      return median(taken) - products(rows) - StepTime.attending(tried, rates);
    }
  }

  /** The products of a token alone, their weights as near to the processor as the layer's were. */
  private double products(int rows) {
    try (Scope scope = Scope.open();
        Retained owner = new Retained()) {
      List<Runnable> products = new ArrayList<>();
      for (String name : List.of(QKV, OUTPUT, GATE_UP, DOWN)) {
        Tensor weight = weights.leaf(name + ".weight");
        Tensor x = random(rows, weight.size(1));
        PackedWeight.of(weight, null, rows, owner)
            .ifPresentOrElse(
                packed -> products.add(() -> packed.linear(x)),
                () -> products.add(() -> Tensors.linear(x, weight, null)));
      }
      double[] taken = new double[STEPS];
      for (int step = 0; step < STEPS; step++) {
        long start = System.nanoTime();
        try (Scope inner = Scope.open()) {
          products.forEach(Runnable::run);
        }
        taken[step] = (System.nanoTime() - start) / 1e9;
      }
      return median(taken);
    }
  }

  private BlockStack stack(
      TransformerBlock of, int rows, IntFunction<Attention> attentions, Memory memory) {
    float[] angles = new float[rows * one.model().language().shape().width() / 2];
    return new BlockStack(
        List.of(of), Rotary.angles(angles, rows, Rotary.Pairs.HALVES), attentions, memory);
  }

  private Tensor random(long rows) {
    return random(rows, one.model().language().hidden());
  }

  private Tensor random(long rows, long columns) {
    Dtype dtype = one.model().training().dtype();
    return Tensors.onDevice(torch.randn(rows, columns).to(dtype.scalarType()));
  }

  private static int[] repeated(int count, int length) {
    int[] lengths = new int[count];
    Arrays.fill(lengths, length);
    return lengths;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Override
  public void close() {
    weights.close();
  }
}
