package io.vlmr1.nn;

import io.vlmr1.tensor.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** How queries and keys [T, heads, width] are turned by their place: by angles, or not at all. */
public interface Rotary {

  /** No turning: places come into the model in another way. */
  Rotary NONE =
      new Rotary() {
        @Override
        public Tensor turn(Tensor x) {
          return x;
        }

        @Override
        public Tensor turnBack(Tensor x) {
          return x;
        }

        @Override
        public Rotary kept(UnaryOperator<Tensor> keep) {
          return this;
        }
      };

  /** x [T, heads, width] turned. */
  Tensor turn(Tensor x);

  /** The gradient of {@link #turn}: turned the other way. */
  Tensor turnBack(Tensor x);

  /** The same, of tensors that something keeps. */
  Rotary kept(UnaryOperator<Tensor> keep);

  /** Which numbers of a head are turned against each other. */
  enum Pairs {
    /** The first half against the second. */
    HALVES,
    /** Neighbours: even against odd. */
    NEIGHBOURS
  }

  /**
   * Rotary position embedding (Su et al. 2021): angles of T rows, ready to multiply with.
   *
   * @param cosine [T, 1, width] float32
   * @param sine [T, 1, width] float32, negated for the first of each pair
   */
  record Angles(Tensor cosine, Tensor sine, Pairs pairs) implements Rotary {

    /** x cos + swap(x) sin, swap exchanging the two of each pair. */
    @Override
    public Tensor turn(Tensor x) {
      return x.mul(cosine).addcmul_(swapped(x), sine);
    }

    @Override
    public Tensor turnBack(Tensor x) {
      return x.mul(cosine).addcmul_(swapped(x), sine, new Scalar(-1.0));
    }

    @Override
    public Rotary kept(UnaryOperator<Tensor> keep) {
      return new Angles(keep.apply(cosine), keep.apply(sine), pairs);
    }

    private Tensor swapped(Tensor x) {
      return pairs == Pairs.HALVES
          ? torch.roll(x, new long[] {x.size(-1) / 2}, -1)
          : x.unflatten(-1, -1, 2).flip(-1).flatten(-2, -1);
    }
  }

  /** theta^(-2 i / width) for i = 0 .. width / 2 - 1. */
  static float[] inverseFrequencies(int width, double theta) {
    float[] frequencies = new float[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (1.0 / Math.pow(theta, 2.0 * i / width));
    }
    return frequencies;
  }

  /**
   * Angles of rows, one a pair of numbers; 0 leaves a pair as it is.
   *
   * @param ofPairs [T, width / 2] float32, row by row
   * @param rows T
   */
  static Angles angles(float[] ofPairs, int rows, Pairs pairs) {
    Tensor half = Tensors.ofFloats(ofPairs, rows, 1, ofPairs.length / Math.max(1, rows));
    Tensor cosine = half.cos();
    Tensor sine = half.sin();
    return new Angles(both(cosine, cosine, pairs), both(sine.neg(), sine, pairs), pairs);
  }

  private static Tensor both(Tensor first, Tensor second, Pairs pairs) {
    return pairs == Pairs.HALVES
        ? Tensors.cat(-1, first, second)
        : torch.stack(new TensorVector(first, second), -1).flatten(-2, -1);
  }
}
