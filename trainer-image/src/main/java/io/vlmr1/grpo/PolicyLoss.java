package io.vlmr1.grpo;

import org.jspecify.annotations.Nullable;

/**
 * The loss of GRPO and its relatives, with its gradient in closed form.
 *
 * <p>Per token, with A the advantage, lp the log-probability, d = lp - old and c1 = exp(d), or
 * exp(mean d) at sequence level: c2 = clamp(c1, 1 - low, 1 + high), c1 bounded by delta, l =
 * -min(c1 A, c2 A) + beta kl with kl = exp(ref - lp) - (ref - lp) - 1 (Schulman's k3). Each token's
 * l is weighted so that the contributions of all micro-batches and ranks add up to the loss of the
 * whole global batch. Plain arithmetic in double: it is exact enough for every test, and a step of
 * small tensors costs more in calls than this loop does.
 */
public final class PolicyLoss {
  private final LossSettings settings;

  /** A loss with these settings. */
  public PolicyLoss(LossSettings settings) {
    this.settings = settings;
  }

  /**
   * Completions to be scored, laid end to end: N tokens, B completions.
   *
   * @param logProbabilities [N] under the current policy
   * @param old [N] when they were sampled; null = exactly on policy
   * @param reference [N] under the reference policy; null when beta is 0
   * @param entropies [N] nats, for the metrics only
   * @param lengths [B] tokens of each completion; they sum to N
   * @param advantages [B]
   * @param masked [B] completions that take no part: they count as empty ones
   */
  public record Tokens(
      float[] logProbabilities,
      float @Nullable [] old,
      float @Nullable [] reference,
      float[] entropies,
      int[] lengths,
      double[] advantages,
      boolean[] masked) {}

  /**
   * What the global batch holds, over all micro-batches and ranks.
   *
   * @param completions B of the formula, masked ones included
   * @param tokens completion tokens that are not masked
   */
  public record GlobalCounts(long completions, long tokens) {}

  /**
   * This part's share of the loss.
   *
   * @param gradient [N] d loss / d logProbabilities
   * @param sums loss and metrics, to be added over parts
   */
  public record Result(float[] gradient, LossSums sums) {}

  /** Loss, gradient and metrics of these completions as a share of the global batch. */
  public Result compute(Tokens tokens, GlobalCounts counts) {
    float[] gradient = new float[tokens.logProbabilities().length];
    LossSums sums = new LossSums();
    int start = 0;
    for (int row = 0; row < tokens.lengths().length; row++) {
      int end = start + tokens.lengths()[row];
      boolean takesPart = !tokens.masked()[row];
      if (takesPart) {
        double weight = tokenWeight(end - start, counts);
        if (settings.sequenceLevel()) {
          sequence(tokens, row, start, end, weight, new Sink(gradient, sums));
        } else {
          tokens(tokens, row, start, end, weight, new Sink(gradient, sums));
        }
      }
      start = end;
    }
    return new Result(gradient, sums);
  }

  private record Sink(float[] gradient, LossSums sums) {}

  /** What one token's loss counts for in the loss of the global batch. */
  private double tokenWeight(int length, GlobalCounts counts) {
    return switch (settings.type()) {
      case GRPO, SAPO -> 1.0 / ((double) counts.completions() * Math.max(length, 1));
      case BNPO, DAPO, CISPO -> 1.0 / Math.max(counts.tokens(), 1);
      case DR_GRPO -> 1.0 / ((double) counts.completions() * settings.maxCompletionTokens());
    };
  }

  private void tokens(Tokens tokens, int row, int start, int end, double weight, Sink sink) {
    double advantage = tokens.advantages()[row];
    for (int i = start; i < end; i++) {
      double logProbability = tokens.logProbabilities()[i];
      Ratio ratio =
          switch (settings.type()) {
            case CISPO -> Ratio.cispo(logRatio(tokens, i), logProbability, advantage, settings);
            case SAPO -> Ratio.sapo(logRatio(tokens, i), advantage);
            case GRPO, BNPO, DR_GRPO, DAPO -> Ratio.of(logRatio(tokens, i), advantage, settings);
          };
      double slope = ratio.slope() + penalty(tokens, i, weight, sink.sums());
      sink.gradient()[i] = (float) (weight * slope);
      sink.sums().addToken(weight * ratio.loss(), tokens.entropies()[i]);
      sink.sums().addClip(ratio.low(), ratio.high());
    }
    sink.sums().endRow(end - start, false);
  }

  private void sequence(Tokens tokens, int row, int start, int end, double weight, Sink sink) {
    double sum = 0;
    for (int i = start; i < end; i++) {
      sum += logRatio(tokens, i);
    }
    int length = Math.max(end - start, 1);
    Ratio ratio = Ratio.of(sum / length, tokens.advantages()[row], settings);
    // each of the row's tokens carries the same loss, and each log-ratio moves all of them by 1 /
    // length
    double slope = ratio.slope() * (end - start) / length;
    for (int i = start; i < end; i++) {
      sink.gradient()[i] = (float) (weight * (slope + penalty(tokens, i, weight, sink.sums())));
      sink.sums().addToken(weight * ratio.loss(), tokens.entropies()[i]);
    }
    sink.sums().addClip(ratio.low(), ratio.high());
    sink.sums().endRow(end - start, true);
  }

  private static double logRatio(Tokens tokens, int i) {
    float[] old = tokens.old();
    return old == null ? 0 : (double) tokens.logProbabilities()[i] - old[i];
  }

  /** Adds beta kl to the loss; answers its derivative by the log-probability. */
  private double penalty(Tokens tokens, int i, double weight, LossSums sums) {
    float[] reference = tokens.reference();
    if (reference == null) {
      return 0;
    }
    double difference = (double) reference[i] - tokens.logProbabilities()[i];
    double exponential = Math.exp(difference);
    sums.addPenalty(exponential - difference - 1, weight * settings.beta());
    return settings.beta() * (1 - exponential);
  }

  /**
   * The clipped surrogate of one importance ratio.
   *
   * @param loss -min(c1 A, c2 A)
   * @param slope its derivative by the log-ratio
   */
  private record Ratio(double loss, double slope, boolean low, boolean high) {
    /** Temperatures of the soft gate for advantages above and not above 0, as in the paper. */
    private static final double GENTLE = 1.0;

    private static final double STEEP = 1.05;

    /** -clamp(c1, max 1 + high) A lp, the clamp a constant (MiniMax 2025, arXiv 2506.13585). */
    static Ratio cispo(
        double logRatio, double logProbability, double advantage, LossSettings settings) {
      double ceiling = 1 + settings.epsilonHigh();
      double ratio = Math.exp(logRatio);
      double weight = Math.min(ratio, ceiling);
      return new Ratio(
          -weight * advantage * logProbability,
          -weight * advantage,
          false,
          ratio > ceiling && advantage > 0);
    }

    /** -4/t sigmoid(t (c1 - 1)) A (Gao et al. 2025, arXiv 2511.20347). */
    static Ratio sapo(double logRatio, double advantage) {
      double ratio = Math.exp(logRatio);
      double temperature = advantage > 0 ? GENTLE : STEEP;
      double gate = 1 / (1 + Math.exp(-temperature * (ratio - 1)));
      return new Ratio(
          -4 / temperature * gate * advantage,
          -4 * gate * (1 - gate) * ratio * advantage,
          false,
          false);
    }

    static Ratio of(double logRatio, double advantage, LossSettings settings) {
      double ratio = Math.exp(logRatio);
      double floor = 1 - settings.epsilonLow();
      double ceiling = 1 + settings.epsilonHigh();
      double clipped = Math.min(Math.max(ratio, floor), ceiling);
      double bound = settings.delta().orElse(Double.POSITIVE_INFINITY);
      double bounded = Math.min(ratio, bound);
      boolean free = bounded * advantage <= clipped * advantage;
      boolean moves = free ? ratio <= bound : ratio >= floor && ratio <= ceiling;
      return new Ratio(
          -(free ? bounded : clipped) * advantage,
          moves ? -ratio * advantage : 0,
          bounded < floor && advantage < 0,
          bounded > ceiling && advantage > 0);
    }
  }
}
