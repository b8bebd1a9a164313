package io.vlmr1.reward;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A reward off the calling thread that is given up when it takes too long, and whose errors are
 * told as its reason: what a model writes must never stop the training.
 *
 * @param name under which it is known
 * @param reward that scores
 * @param limit longest time for one completion, or for one batch
 */
record TimeLimited(String name, Reward reward, Duration limit) implements Reward {
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(null, task, "reward", 4L << 20);
            thread.setDaemon(true); // one that never ends must not keep the process alive
            return thread;
          });

  @Override
  public Score score(Completion completion) {
    return within(() -> reward.score(completion), failure -> failure);
  }

  @Override
  public List<Score> scores(List<Completion> completions) {
    return reward.batched()
        ? within(
            () -> reward.scores(completions),
            failure -> completions.stream().map(completion -> failure).toList())
        : completions.stream().map(this::score).toList();
  }

  private <T> T within(Callable<T> work, Function<Score, T> failed) {
    Future<T> result = THREADS.submit(work);
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      result.cancel(true); // what loops asks for the interrupt and ends
      return failed.apply(
          Score.of(0, "took more than " + limit.toMillis() / 1000.0 + " s").afterFailure());
    } catch (ExecutionException e) {
      return failed.apply(Score.failure("failed: " + e.getCause()));
    } catch (InterruptedException e) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reward " + name() + " was scoring", e);
    }
  }
}
