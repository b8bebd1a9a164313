package io.vlmr1.tensor;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/**
 * The memory of a contiguous tensor as bytes, for files and sockets. The tensor must live as long.
 */
public final class Bytes {
  /** Most bytes of one view: buffers of Java's are counted in int. */
  private static final long MOST = 1L << 28;

  private final BytePointer start;

  private Bytes(BytePointer start) {
    this.start = start;
  }

  /** Of a tensor in main memory. */
  public static Bytes of(Tensor contiguous) {
    if (!contiguous.is_cpu()) {
      throw new IllegalArgumentException("the tensor does not lie in main memory");
    }
    return new Bytes(new BytePointer(contiguous.data_ptr()));
  }

  /** Takes some of them. */
  @FunctionalInterface
  public interface Taker<E extends Exception> {
    /** Empties the buffer, or fills it. */
    void take(ByteBuffer part) throws E;
  }

  /** Hands out the bytes of a range, a part at a time. */
  public <E extends Exception> void each(long from, long length, Taker<E> taker) throws E {
    for (long done = 0; done < length; done += MOST) {
      BytePointer part = start.getPointer(from + done);
      taker.take(part.capacity(Math.min(MOST, length - done)).asByteBuffer());
    }
  }
}
