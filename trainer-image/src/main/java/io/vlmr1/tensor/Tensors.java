package io.vlmr1.tensor;

import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Between Java's arrays and tensors, and the few calls whose binding is long-winded. */
public final class Tensors {
  private Tensors() {}

  /** int64 [values]. */
  public static Tensor ofLongs(long... values) {
    return values.length == 0
        ? empty(Dtype.INT64, 0)
        : Device.current().place(Tensor.create(values, values.length));
  }

  /** int64 [values]. */
  public static Tensor ofInts(int... values) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return ofLongs(wide);
  }

  /** float32 of the given shape. */
  public static Tensor ofFloats(float[] values, long... shape) {
    return Device.current().place(ofFloatsInMainMemory(values, shape));
  }

  /** float32 of the given shape, for a thread that prepares what a step will take to its device. */
  public static Tensor ofFloatsInMainMemory(float[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  /** The tensor itself, or its copy on the device that this process computes on. */
  public static Tensor onDevice(Tensor tensor) {
    return Device.current().place(tensor);
  }

  /** The elements in order, whatever the shape and type. */
  public static float[] toFloats(Tensor tensor) {
    try (Scope scope = Scope.open()) {
      Tensor plain = tensor.detach().to(torch.ScalarType.Float).cpu().contiguous();
      float[] values = new float[Math.toIntExact(plain.numel())];
      if (values.length > 0) {
        plain.data_ptr_float().get(values);
      }
      return values;
    }
  }

  /** The elements of an integer tensor in order. */
  public static long[] toLongs(Tensor tensor) {
    try (Scope scope = Scope.open()) {
      Tensor plain = tensor.detach().to(torch.ScalarType.Long).cpu().contiguous();
      long[] values = new long[Math.toIntExact(plain.numel())];
      if (values.length > 0) {
        plain.data_ptr_long().get(values);
      }
      return values;
    }
  }

  /** Sizes of each dimension. */
  public static long[] shape(Tensor tensor) {
    long[] shape = new long[Math.toIntExact(tensor.dim())];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  /** One after the other along a dimension. */
  public static Tensor cat(int dimension, Tensor... parts) {
    return parts.length == 1 ? parts[0] : torch.cat(new TensorVector(parts), dimension);
  }

  /** One after the other along a dimension. */
  public static Tensor cat(int dimension, List<Tensor> parts) {
    return cat(dimension, parts.toArray(new Tensor[0]));
  }

  /** x [.., in], weight [out, in], bias [out] or none, to [.., out]. */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return bias == null
        ? torch.linear(x, weight)
        : torch.linear(x, weight, new TensorOptional(bias));
  }

  /**
   * Root mean square norm over the last dimension (Zhang and Sennrich 2019); computed in float32.
   */
  public static Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    return torch.rms_norm(
        x, new long[] {x.size(-1)}, new TensorOptional(weight), new DoubleOptional(epsilon));
  }

  /** A copy in float32, or the tensor itself when it is that already. */
  public static Tensor float32(Tensor tensor) {
    return tensor.to(torch.ScalarType.Float);
  }

  /** Zeros of a shape. */
  public static Tensor zeros(Dtype dtype, long... shape) {
    return torch.zeros(shape, Device.current().options(dtype));
  }

  /** Memory of a shape, not set. */
  public static Tensor empty(Dtype dtype, long... shape) {
    return torch.empty(shape, Device.current().options(dtype), null);
  }

  /** Main memory of a shape, not set: for files and sockets. */
  public static Tensor emptyInMainMemory(Dtype dtype, long... shape) {
    return torch.empty(shape, dtype.options(), null);
  }

  /** One number, without dimensions, in float32. */
  public static Tensor number(double value) {
    return torch.full(new long[] {}, new Scalar(value), Device.current().options(Dtype.FLOAT32));
  }

  /** A number for calls that want torch's. */
  public static Scalar scalar(double value) {
    return new Scalar(value);
  }
}
