package io.vlmr1.grpo;

import io.vlmr1.dist.Ranks;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Measures the model on rows that it does not learn from; every rank takes part. */
public interface HeldOut {

  /** Metrics by name, each beginning with `eval/`; equal on each rank. */
  Map<String, Double> measure();

  /**
   * Sums that add up over rows and ranks: numerators with the count that each is divided by.
   *
   * @param sums by name: the sum and how much it is a sum of
   */
  record Means(Map<String, double[]> sums) {
    /** Nothing yet. */
    public Means() {
      this(new TreeMap<>());
    }

    /** Adds to the sum of a name. */
    public void add(String name, double sum, double count) {
      double[] both = sums.computeIfAbsent(name, absent -> new double[2]);
      both[0] += sum;
      both[1] += count;
    }

    /** The means over all ranks; a name that no rank counted anything under is left out. */
    public Map<String, Double> over(Ranks ranks) {
      ByteBuffer mine = ByteBuffer.allocate(16 * sums.size());
      sums.values().forEach(both -> mine.putDouble(both[0]).putDouble(both[1]));
      double[][] total = new double[sums.size()][2];
      for (byte[] message : ranks.gather(mine.array())) {
        ByteBuffer buffer = ByteBuffer.wrap(message);
        for (double[] both : total) {
          both[0] += buffer.getDouble();
          both[1] += buffer.getDouble();
        }
      }
      Map<String, Double> means = new LinkedHashMap<>();
      int i = 0;
      for (String name : sums.keySet()) {
        if (total[i][1] > 0) {
          means.put(name, total[i][0] / total[i][1]);
        }
        i++;
      }
      return means;
    }
  }
}
