package io.vlmr1.rollout;

import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.tensor.Scope;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Logits to tokens, in the order of transformers: repetition penalty, temperature, top-k, top-p,
 * min-p.
 *
 * <p>Libtorch does what is wide (softmax, the largest k), Java what is narrow (the candidates). No
 * row is ever sorted as a whole unless its candidates need it.
 */
public final class Sampler {
  private static final int FIRST_CANDIDATES = 64;

  private final SamplingSpec spec;
  private final int[] neverSampled;

  /**
   * A sampler.
   *
   * @param spec temperature 0 takes the most probable token
   * @param neverSampled tokens whose probability is 0
   */
  public Sampler(SamplingSpec spec, Set<Integer> neverSampled) {
    this.spec = spec;
    this.neverSampled = neverSampled.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /**
   * One token a row.
   *
   * @param logits [rows, vocabulary] float32; left as they are
   * @param seen tokens that occurred in each row; only read when there is a repetition penalty
   * @param uniforms [rows] in [0, 1)
   */
  public int[] sample(Tensor logits, List<BitSet> seen, double[] uniforms) {
    try (Scope scope = Scope.open()) {
      Tensor work = adjusted(logits, seen);
      if (spec.temperature() == 0) {
        return toInts(work.argmax(new LongOptional(1), false));
      }
      Tensor probabilities = torch.softmax(work, 1);
      if (spec.topK() > 0 || spec.topP() < 1 || spec.minP() > 0) {
        return fromCandidates(probabilities, uniforms);
      }
      return fromAll(probabilities, uniforms);
    }
  }

  /** Logits after penalty, mask and temperature, in a memory of their own. */
  private Tensor adjusted(Tensor logits, List<BitSet> seen) {
    Tensor work = logits.detach().to(torch.ScalarType.Float).cpu().contiguous();
    if (spec.repetitionPenalty() != 1 || neverSampled.length > 0) {
      work = work.clone();
      FloatPointer memory = work.data_ptr_float();
      long vocabulary = work.size(1);
      for (int row = 0; row < work.size(0); row++) {
        long start = row * vocabulary;
        if (spec.repetitionPenalty() != 1) {
          penalise(memory, start, seen.get(row));
        }
        for (int token : neverSampled) {
          memory.put(start + token, Float.NEGATIVE_INFINITY);
        }
      }
    }
    boolean plain = spec.temperature() == 0 || spec.temperature() == 1;
    return plain ? work : work.div(new Scalar(spec.temperature()));
  }

  private void penalise(FloatPointer memory, long start, BitSet seen) {
    float penalty = spec.repetitionPenalty().floatValue();
    seen.stream()
        .forEach(
            token -> {
              float logit = memory.get(start + token);
              memory.put(start + token, logit < 0 ? logit * penalty : logit / penalty);
            });
  }

  private static int[] fromAll(Tensor probabilities, double[] uniforms) {
    int vocabulary = (int) probabilities.size(1);
    FloatPointer memory = probabilities.data_ptr_float();
    float[] row = new float[vocabulary];
    int[] tokens = new int[uniforms.length];
    for (int r = 0; r < tokens.length; r++) {
      memory.position((long) r * vocabulary).get(row);
      tokens[r] = Candidates.draw(row, vocabulary, 1, uniforms[r]);
    }
    return tokens;
  }

  /**
   * Looks at the most probable tokens only, and at more of them for as long as they might not be
   * all.
   */
  private int[] fromCandidates(Tensor probabilities, double[] uniforms) {
    int vocabulary = (int) probabilities.size(1);
    int[] tokens = new int[uniforms.length];
    Arrays.fill(tokens, -1);
    int width = spec.topK() > 0 ? spec.topK() : FIRST_CANDIDATES;
    for (boolean open = true; open; width *= 8) {
      int k = Math.min(width, vocabulary);
      boolean all = k == vocabulary || spec.topK() > 0;
      open = false;
      T_TensorTensor_T top = torch.topk(probabilities, k);
      FloatPointer values = top.get0().data_ptr_float();
      LongPointer ids = top.get1().data_ptr_long();
      float[] row = new float[k];
      for (int r = 0; r < tokens.length; r++) {
        if (tokens[r] < 0) {
          values.position((long) r * k).get(row);
          int drawn = Candidates.of(row, spec, all).draw(uniforms[r]);
          tokens[r] = drawn < 0 ? -1 : (int) ids.get((long) r * k + drawn);
          open |= drawn < 0;
        }
      }
    }
    return tokens;
  }

  private static int[] toInts(Tensor tokens) {
    LongPointer memory = tokens.data_ptr_long();
    int[] ints = new int[(int) tokens.numel()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) memory.get(i);
    }
    return ints;
  }
}
