package io.vlmr1.tensor;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The lifetime of native memory: what is made inside a scope dies when it closes.
 *
 * <p>Scopes nest and belong to one thread. A tensor leaves its scope only through {@link #keep} or
 * {@link #keepAll}, which move it to the caller's scope; without a caller's scope the caller owns
 * it and closes it.
 */
public final class Scope implements AutoCloseable {
  private final @Nullable PointerScope outer;
  private final PointerScope inner;

  private Scope() {
    outer = PointerScope.getInnerScope();
    inner = new PointerScope();
  }

  /** Opens a scope on this thread; close it in the method that opened it. */
  public static Scope open() {
    return new Scope();
  }

  /** Runs the body in a scope of its own; only its result outlives it. */
  public static Tensor keep(Supplier<Tensor> body) {
    try (Scope scope = new Scope()) {
      return scope.release(body.get());
    }
  }

  /** As {@link #keep}, for several tensors. */
  public static List<Tensor> keepAll(Supplier<List<Tensor>> body) {
    try (Scope scope = new Scope()) {
      List<Tensor> results = List.copyOf(body.get());
      results.forEach(scope::release);
      return results;
    }
  }

  /** Hands a tensor to the scope around this one, or to the caller when there is none. */
  public Tensor release(Tensor tensor) {
    if (outer != null) {
      outer.attach(tensor);
    } else {
      tensor.retainReference();
      inner.detach(tensor);
    }
    return tensor;
  }

  @Override
  public void close() {
    inner.close();
  }
}
