package io.vlmr1.nn;

import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Rotary position embedding (Su et al. 2021), in the layout that turns the first half against the
 * second.
 */
public final class Rotary {
  private Rotary() {}

  /**
   * Angles of T rows, ready to multiply with.
   *
   * @param cosine [T, 1, width] float32
   * @param sine [T, 1, width] float32, its first half negated
   */
  public record Angles(Tensor cosine, Tensor sine) {

    /** The angles of some rows. */
    public Angles rows(Tensor index) {
      return new Angles(cosine.index_select(0, index), sine.index_select(0, index));
    }
  }

  /** theta^(-2 i / width) for i = 0 .. width / 2 - 1. */
  public static float[] inverseFrequencies(int width, double theta) {
    float[] frequencies = new float[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (1.0 / Math.pow(theta, 2.0 * i / width));
    }
    return frequencies;
  }

  /**
   * Angles of rows from the half that differs.
   *
   * @param halfAngles [T, width / 2] float32, row by row
   * @param rows T
   */
  public static Angles angles(float[] halfAngles, int rows) {
    Tensor half = Tensors.ofFloats(halfAngles, rows, 1, halfAngles.length / Math.max(1, rows));
    Tensor sine = half.sin();
    return new Angles(Tensors.cat(-1, half.cos(), half.cos()), Tensors.cat(-1, sine.neg(), sine));
  }

  /** x [T, heads, width] turned by the angles: x cos + swap(x) sin, swap exchanging the halves. */
  public static Tensor turn(Tensor x, Angles angles) {
    return x.mul(angles.cosine()).addcmul_(swapped(x), angles.sine());
  }

  /** The gradient of {@link #turn}: turned the other way. */
  public static Tensor turnBack(Tensor x, Angles angles) {
    return x.mul(angles.cosine()).addcmul_(swapped(x), angles.sine(), new Scalar(-1.0));
  }

  private static Tensor swapped(Tensor x) {
    return torch.roll(x, new long[] {x.size(-1) / 2}, -1);
  }
}
