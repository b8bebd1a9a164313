package io.vlmr1.reward;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A reward that is given up when it takes too long, and whose errors are told as its reason: what a
 * model writes must never stop the training.
 *
 * @param reward that scores
 * @param limit longest time for one completion
 */
record TimeLimited(Reward reward, Duration limit) implements Reward {
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "reward");
            thread.setDaemon(true); // one that never ends must not keep the process alive
            return thread;
          });

  @Override
  public String name() {
    return reward.name();
  }

  @Override
  public Score score(Completion completion) {
    Future<Score> score = THREADS.submit(() -> reward.score(completion));
    try {
      return score.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      score.cancel(true);
      return Score.notApplicable("took more than " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      return Score.notApplicable("failed: " + e.getCause());
    } catch (InterruptedException e) {
      score.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reward " + name() + " was scoring", e);
    }
  }
}
