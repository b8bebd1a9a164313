package io.vlmr1.tensor;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Element types that files and the engine use. */
public enum Dtype {
  /** IEEE single precision. */
  FLOAT32(torch.ScalarType.Float, "F32", 4),
  /** The upper half of a float32. */
  BFLOAT16(torch.ScalarType.BFloat16, "BF16", 2),
  /** IEEE half precision. */
  FLOAT16(torch.ScalarType.Half, "F16", 2),
  /** IEEE double precision. */
  FLOAT64(torch.ScalarType.Double, "F64", 8),
  /** 64-bit integers. */
  INT64(torch.ScalarType.Long, "I64", 8),
  /** 32-bit integers. */
  INT32(torch.ScalarType.Int, "I32", 4),
  /** Unsigned bytes. */
  UINT8(torch.ScalarType.Byte, "U8", 1),
  /** Truth values. */
  BOOL(torch.ScalarType.Bool, "BOOL", 1);

  private final torch.ScalarType scalarType;
  private final String safetensorsName;
  private final int bytes;

  Dtype(torch.ScalarType scalarType, String safetensorsName, int bytes) {
    this.scalarType = scalarType;
    this.safetensorsName = safetensorsName;
    this.bytes = bytes;
  }

  /** Torch's name of it. */
  public torch.ScalarType scalarType() {
    return scalarType;
  }

  /** As a safetensors header has it: `F32`. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** Bytes of an element. */
  public int bytes() {
    return bytes;
  }

  /** Options that make a tensor of this type. */
  public TensorOptions options() {
    return new TensorOptions(scalarType);
  }

  /** The type of a tensor. */
  public static Dtype of(Tensor tensor) {
    torch.ScalarType found = tensor.scalar_type().intern();
    return Arrays.stream(values())
        .filter(dtype -> dtype.scalarType == found)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no dtype here for " + found));
  }

  /** The type that a safetensors header names, if it is one of these. */
  public static Optional<Dtype> fromSafetensors(String name) {
    return Arrays.stream(values()).filter(dtype -> dtype.safetensorsName.equals(name)).findFirst();
  }
}
