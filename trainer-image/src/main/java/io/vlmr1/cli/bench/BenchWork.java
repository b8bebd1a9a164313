package io.vlmr1.cli.bench;

import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.grpo.LossSettings;
import io.vlmr1.grpo.PolicyLoss;
import io.vlmr1.model.DecodeSession;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.nn.Storage;
import io.vlmr1.optim.AdamW;
import io.vlmr1.rollout.Sampler;
import io.vlmr1.tensor.RandomStream;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The work that is timed: a rollout of completions of exactly the length asked for, and an update
 * on completions.
 */
final class BenchWork {
  private static final double LEARNING_RATE = 1e-6;

  private final VisionLanguageModel model;
  private final @Nullable VisionLanguageModel reference;
  private final @Nullable AdamW optimizer;
  private final Shape shape;
  private final List<PreparedPrompt> prompts;
  private final ForwardPass.Keep keep;
  private final Map<String, Double> phases = new LinkedHashMap<>();

  /**
   * How much of it.
   *
   * @param completion tokens of each completion
   * @param group completions a prompt
   * @param beta weight of the KL penalty; not 0: one more pass by the reference
   * @param learns whether there are updates
   */
  record Shape(int completion, int group, double beta, boolean learns) {}

  BenchWork(
      VisionLanguageModel model,
      @Nullable VisionLanguageModel reference,
      Shape shape,
      List<PreparedPrompt> prompts,
      ForwardPass.Keep keep) {
    this.model = model;
    this.reference = reference;
    this.shape = shape;
    this.prompts = prompts;
    this.keep = keep;
    optimizer =
        shape.learns()
            ? new AdamW(model.parameters(), new AdamW.Settings(0.9, 0.999, 1e-8, 0.0, 1.0))
            : null;
  }

  /**
   * Bytes that this process holds of weights, gradients and optimizer state; nothing of a model
   * that does not learn.
   */
  Map<String, Long> held() {
    if (optimizer == null) {
      return Map.of();
    }
    Storage.Held held = model.parameters().storage().held();
    Map<String, Long> bytes = new LinkedHashMap<>();
    bytes.put("weight_bytes", held.weights());
    bytes.put("weight_bytes_peak", held.weightPeak());
    bytes.put("gradient_bytes", held.gradients());
    bytes.put("gradient_bytes_peak", held.gradientPeak());
    bytes.put("optimizer_bytes", optimizer.bytes());
    return bytes;
  }

  /** Seconds by phase since the last call. */
  Map<String, Double> phases() {
    Map<String, Double> taken = new LinkedHashMap<>(phases);
    phases.clear();
    return taken;
  }

  /** Samples the completions of every prompt; no end token, no image token. */
  List<int[]> rollout() {
    int rows = prompts.size() * shape.group();
    Set<Integer> never = new HashSet<>(model.facts().neverSampled());
    never.addAll(model.facts().endTokens());
    Sampler sampler = new Sampler(SamplingSpec.defaults(), never);
    List<BitSet> seen = Collections.nCopies(rows, new BitSet());
    int[][] ids = new int[rows][shape.completion()];
    long start = System.nanoTime();
    try (DecodeSession session = model.decode(prompts, shape.group(), shape.completion())) {
      start = phase("prefill", start);
      for (int position = 0; position < shape.completion(); position++) {
        double[] uniforms = new double[rows];
        for (int row = 0; row < rows; row++) {
          uniforms[row] = RandomStream.uniform(11, row, position);
        }
        int[] tokens = sampler.sample(session.logits(), seen, uniforms);
        for (int row = 0; row < rows; row++) {
          ids[row][position] = tokens[row];
        }
        if (position + 1 < shape.completion()) {
          session.advance(tokens);
        }
      }
    }
    phase("decode", start);
    return Arrays.asList(ids);
  }

  /** Log-probabilities, loss, backward, clip and AdamW on these completions. */
  void update(List<int[]> completions) {
    List<Pack.Group> groups = new ArrayList<>();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      int first = prompt * shape.group();
      groups.add(
          new Pack.Group(prompts.get(prompt), completions.subList(first, first + shape.group())));
    }
    Pack pack = new Pack(groups);
    long start = System.nanoTime();
    float[] byReference = reference == null ? null : score(reference, pack);
    start = phase("reference", start);
    Storage storage = model.parameters().storage();
    storage.begin(1);
    try (ForwardPass pass = model.forward(pack, 1.0, keep)) {
      start = phase("forward", start);
      float[] gradient = gradient(pass, byReference, completions.size());
      storage.backward(
          () -> {
            try (Scope scope = Scope.open()) {
              pass.backward(Tensors.ofFloats(gradient, gradient.length));
            }
          });
    }
    start = phase("backward", start);
    storage.complete();
    start = phase("reduce", start);
    Objects.requireNonNull(optimizer).step(LEARNING_RATE);
    phase("optimizer", start);
  }

  private static float[] score(VisionLanguageModel model, Pack pack) {
    try (ForwardPass pass = model.forward(pack, 1.0, ForwardPass.Keep.NOTHING)) {
      return Tensors.toFloats(pass.logProbabilities());
    }
  }

  private float[] gradient(ForwardPass pass, float @Nullable [] byReference, int rows) {
    int[] lengths = new int[rows];
    double[] advantages = new double[rows];
    Arrays.fill(lengths, shape.completion());
    Arrays.setAll(advantages, row -> rows == 1 ? 1 : -1 + 2.0 * row / (rows - 1));
    LossSettings grpo = LossSettings.of(GrpoSpec.defaults());
    LossSettings settings =
        new LossSettings(
            grpo.type(),
            grpo.sequenceLevel(),
            grpo.epsilonLow(),
            grpo.epsilonHigh(),
            grpo.delta(),
            shape.beta(),
            shape.completion());
    PolicyLoss.Tokens tokens =
        new PolicyLoss.Tokens(
            Tensors.toFloats(pass.logProbabilities()),
            null,
            byReference,
            Tensors.toFloats(pass.entropies()),
            lengths,
            advantages,
            new boolean[rows]);
    long all = (long) rows * shape.completion();
    return new PolicyLoss(settings)
        .compute(tokens, new PolicyLoss.GlobalCounts(rows, all))
        .gradient();
  }

  private long phase(String name, long start) {
    long now = System.nanoTime();
    phases.merge(name, (now - start) / 1e9, Double::sum);
    return now;
  }
}
