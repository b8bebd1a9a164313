package io.vlmr1.grpo;

import io.vlmr1.model.ForwardPass;
import io.vlmr1.nn.Parameters;
import io.vlmr1.plan.PhaseClock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The life of a step: rollout, reward, advantage, loss, backward, reduce, update. */
public final class GrpoStep implements TrainingStep {
  private final GrpoParts parts;
  private final Exploration exploration;
  private final PolicyLoss policyLoss;
  private final Update update;
  private final PhaseClock clock = new PhaseClock();
  private final StepListener listener;
  private @Nullable Experience last;

  /** A step of these parts; `background` runs what waits: rewards and pictures. */
  public GrpoStep(GrpoParts parts, Executor background, StepListener listener) {
    this.parts = parts;
    this.exploration = new Exploration(parts, background, clock);
    this.policyLoss = new PolicyLoss(LossSettings.of(parts.spec()));
    this.update = new Update(parts.model().parameters(), parts.optimizer(), parts.ranks(), clock);
    this.listener = listener;
  }

  @Override
  public Map<String, Double> run(long step, double learningRate) {
    Experience experience = experience(step); // rollout, reward, advantage
    LossSums sums = new LossSums();
    update.begin(experience.batches().size());
    for (MicroBatch batch : experience.batches()) {
      int first = experience.shared().first() + batch.first();
      try (Parameters.Dropping dropping =
              parts.model().parameters().dropping(parts.sampler().seed(), step, first);
          ForwardPass pass = clock.time("forward", () -> forward(batch))) {
        PolicyLoss.Tokens tokens = batch.tokens(pass, experience);
        PolicyLoss.Result loss = policyLoss.compute(tokens, experience.counts());
        update.backward(pass, loss.gradient());
        sums.add(loss.sums());
      }
    }
    double norm = update.finish(step, learningRate); // reduce, update
    if (parts.following() != null) {
      parts.following().after(step + 1);
    }
    return metrics(experience, update.total(sums), norm);
  }

  private ForwardPass forward(MicroBatch batch) {
    return parts.model().forward(batch.pack(), parts.temperature(), parts.keep());
  }

  /** The chunk of the step: rolled out when it is new, used again for each iteration. */
  private Experience experience(long step) {
    Experience now = last;
    if (now == null || now.chunk() != parts.sampler().chunk(step)) {
      close();
      now = exploration.explore(step);
      last = now;
      listener.explored(now.records(step + 1, parts.judge().names()));
    }
    return now;
  }

  private Map<String, Double> metrics(Experience experience, LossSums sums, double norm) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    sums.write(metrics, parts.spec().beta() != 0);
    metrics.put("grad_norm", norm);
    experience.write(metrics, parts.judge().names());
    if (parts.spec().refillRounds() > 0) {
      metrics.put("refilled_groups", (double) experience.outcome().refilled());
    }
    metrics.put(StepListener.TOKENS, (double) experience.shared().tokens());
    clock.take().forEach((phase, seconds) -> metrics.put(PhaseClock.PREFIX + phase, seconds));
    return metrics;
  }

  @Override
  public boolean resumableAfter(long step) {
    return parts.sampler().chunk(step) != parts.sampler().chunk(step + 1);
  }

  @Override
  public void close() {
    if (last != null) {
      last.close();
      last = null;
    }
  }
}
