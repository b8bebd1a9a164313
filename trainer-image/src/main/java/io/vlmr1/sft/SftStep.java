package io.vlmr1.sft;

import io.vlmr1.dist.Ranks;
import io.vlmr1.grpo.PromptFeed;
import io.vlmr1.grpo.StepListener;
import io.vlmr1.grpo.TrainingStep;
import io.vlmr1.grpo.Update;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.Pack;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.nn.Parameters;
import io.vlmr1.optim.AdamW;
import io.vlmr1.plan.PhaseClock;
import io.vlmr1.tensor.Tensors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A step of supervised fine-tuning: the mean of -log p over the target tokens of the whole global
 * batch. Prompts take no part in the loss.
 */
public final class SftStep implements TrainingStep {
  private final Parts parts;
  private final Update update;
  private final PhaseClock clock = new PhaseClock();

  /**
   * What it is made of.
   *
   * @param model that learns
   * @param optimizer of its parameters
   * @param ranks that train together
   * @param feed this rank's prompts
   * @param targets what the model should answer
   * @param packing what goes into one forward pass
   * @param keep what forward passes keep for backward
   */
  public record Parts(
      VisionLanguageModel model,
      AdamW optimizer,
      Ranks ranks,
      PromptFeed feed,
      Targets targets,
      Packing packing,
      ForwardPass.Keep keep) {}

  /** A step of these parts. */
  public SftStep(Parts parts) {
    this.parts = parts;
    this.update = new Update(parts.model().parameters(), parts.optimizer(), parts.ranks(), clock);
  }

  @Override
  public Map<String, Double> run(long step, double learningRate) {
    List<PromptFeed.Prompt> prompts = clock.time("data", () -> parts.feed().take(step));
    try {
      List<Pack> packs = packs(prompts);
      long tokens = packs.stream().mapToLong(Pack::completionTokens).sum();
      long all = prompts.stream().mapToLong(prompt -> prompt.prepared().ids().length).sum();
      long[] global = sum(tokens, tokens + all);
      double loss = 0;
      double entropy = 0;
      update.begin(packs.size());
      int row = 0;
      for (Pack pack : packs) {
        long first = prompts.get(row).share().prompt();
        row += pack.groups().size();
        try (Parameters.Dropping dropping =
                parts.model().parameters().dropping(parts.feed().seed(), step, first);
            ForwardPass pass =
                clock.time("forward", () -> parts.model().forward(pack, 1, parts.keep()))) {
          float[] gradient = new float[pack.completionTokens()];
          Arrays.fill(gradient, -1f / global[0]);
          loss -= total(Tensors.toFloats(pass.logProbabilities())) / global[0];
          entropy += total(Tensors.toFloats(pass.entropies())) / global[0];
          update.backward(pass, gradient);
        }
      }
      double norm = update.finish(step, learningRate);
      Map<String, Double> metrics = metrics(sum(loss, entropy), norm, global);
      clock.take().forEach((phase, seconds) -> metrics.put(PhaseClock.PREFIX + phase, seconds));
      return metrics;
    } finally {
      prompts.forEach(PromptFeed.Prompt::close);
    }
  }

  private List<Pack> packs(List<PromptFeed.Prompt> prompts) {
    return parts
        .packing()
        .packs(
            prompts.stream()
                .map(
                    prompt ->
                        new Pack.Group(
                            prompt.prepared(), List.of(parts.targets().of(prompt.row()))))
                .toList());
  }

  private static double total(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static Map<String, Double> metrics(double[] sums, double norm, long[] tokens) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", sums[0]);
    metrics.put("entropy", sums[1]);
    metrics.put("grad_norm", norm);
    metrics.put(StepListener.TOKENS, (double) tokens[1]);
    return metrics;
  }

  private long[] sum(long first, long second) {
    double[] sums = sum((double) first, (double) second); // whole numbers below 2^53: exact
    return new long[] {(long) sums[0], (long) sums[1]};
  }

  /** Sums over the ranks, in rank order. */
  private double[] sum(double first, double second) {
    byte[] mine = ByteBuffer.allocate(16).putDouble(first).putDouble(second).array();
    double[] sums = new double[2];
    for (byte[] message : parts.ranks().gather(mine)) {
      ByteBuffer buffer = ByteBuffer.wrap(message);
      sums[0] += buffer.getDouble();
      sums[1] += buffer.getDouble();
    }
    return sums;
  }

  @Override
  public boolean resumableAfter(long step) {
    return true;
  }

  @Override
  public void close() {}
}
