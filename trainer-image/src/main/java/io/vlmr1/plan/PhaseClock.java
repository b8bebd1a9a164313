package io.vlmr1.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Where the time of a step goes. One thread uses it; phases do not nest. */
public final class PhaseClock {
  /** Begin of the names under which metrics tell phases. */
  public static final String PREFIX = "time/";

  private final Map<String, Long> nanos = new LinkedHashMap<>();

  /** Runs the body as part of a phase. */
  public <T> T time(String phase, Supplier<T> body) {
    long start = System.nanoTime();
    try {
      return body.get();
    } finally {
      nanos.merge(phase, System.nanoTime() - start, Long::sum);
    }
  }

  /** Runs the body as part of a phase. */
  public void run(String phase, Runnable body) {
    time(
        phase,
        () -> {
          body.run();
          return phase;
        });
  }

  /** Seconds by phase since the last call. */
  public Map<String, Double> take() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    nanos.forEach((phase, taken) -> seconds.put(phase, taken / 1e9));
    nanos.clear();
    return seconds;
  }
}
