package io.vlmr1.tensor;

import org.bytedeco.pytorch.DataPtr;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Memory that comes and goes while the views of it stay: a tensor's storage is filled and emptied
 * in place, as FullyShardedDataParallel does with its flat parameters. Reading a view while the
 * room is closed is an error of the program.
 */
public final class Room {
  private final Tensor flat;
  private final long bytes;
  private boolean open = true;

  /**
   * A closed room.
   *
   * @param elements what it holds when it is open
   * @param owner the tensor lives as long as it
   */
  public Room(Dtype dtype, long elements, Retained owner) {
    bytes = elements * dtype.bytes();
    try (Scope scope = Scope.open()) {
      flat = owner.keep(Tensors.empty(dtype, elements));
    }
    close();
  }

  /** [elements]; make views of it at any time, read them while it is open. */
  public Tensor flat() {
    return flat;
  }

  /** Whether there is memory. */
  public boolean isOpen() {
    return open;
  }

  /** What an open one takes. */
  public long bytes() {
    return bytes;
  }

  /** Takes memory, which is not set. */
  public void open() {
    if (open) {
      return;
    }
    try (Scope scope = Scope.open()) {
      Tensor fresh = Tensors.empty(Dtype.UINT8, bytes);
      exchange(fresh.storage().mutable_data_ptr());
    }
    open = true;
  }

  /** Takes memory and sets it to 0. */
  public void openZeroed() {
    open();
    try (Scope scope = Scope.open()) {
      flat.fill_(new Scalar(0.0));
    }
  }

  /** Gives the memory back. */
  public void close() {
    if (open) {
      try (Scope scope = Scope.open()) {
        exchange(new DataPtr());
      }
      open = false;
    }
  }

  /**
   * What the storage had before dies with the scope. Its size stays: of a storage without bytes
   * torch makes no views.
   */
  private void exchange(DataPtr memory) {
    flat.storage().set_data_ptr(memory);
  }
}
