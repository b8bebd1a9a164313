package io.vlmr1.tensor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.OperatorName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.jspecify.annotations.Nullable;

/**
 * An aten operator called through the dispatcher: the way to those that have no Java binding, which
 * are all whose name begins with an underscore.
 */
public final class BoxedOperator {
  private final OperatorHandle handle;
  private final Map<Integer, Type.TypePtr> listTypes = new HashMap<>();

  /**
   * @param name as the schema has it, such as `aten::_fused_adamw_`
   * @param overload "" for the one without a name
   */
  public BoxedOperator(String name, String overload) {
    handle = Dispatcher.singleton().findSchemaOrThrow(name, overload).retainReference();
  }

  /** Whether this libtorch has the operator: some come only with a library that it may lack. */
  public static boolean exists(String name, String overload) {
    try (Scope scope = Scope.open()) {
      return Dispatcher.singleton().findSchema(new OperatorName(name, overload)).has_value();
    }
  }

  /**
   * Calls it with every argument of the schema in order, those with defaults too. Call it inside a
   * {@link Scope}: the boxes die there.
   *
   * @param arguments null (None), Tensor, List of Tensor (an empty one may be of any type), String,
   *     double, long, int or boolean
   * @return the results; for in-place operators usually not looked at
   */
  public IValueVector call(@Nullable Object... arguments) {
    IValueVector stack = boxes(arguments);
    handle.callBoxed(stack);
    return stack;
  }

  private IValueVector boxes(@Nullable Object... arguments) {
    IValueVector boxes = new IValueVector();
    boxes.resize(arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      boxes.put(i, box(i, arguments[i]));
    }
    return boxes;
  }

  /**
   * A call that is made again and again: the arguments are boxed once, and each call replaces the
   * first of them.
   *
   * @param owner the boxes live as long as it
   * @param arguments as for {@link #call}; null where each call gives its own
   */
  public Prepared prepare(Retained owner, @Nullable Object... arguments) {
    try (Scope scope = Scope.open()) {
      IValueVector boxes = owner.keepOther(boxes(arguments));
      IValueVector stack = owner.keepOther(new IValueVector());
      stack.put(boxes);
      return new Prepared(boxes, stack);
    }
  }

  /** A call with arguments that stay. Threads make it one after the other. */
  public final class Prepared {
    private final IValueVector boxes;
    private final IValueVector stack; // takes arguments, has results afterwards

    private Prepared(IValueVector boxes, IValueVector stack) {
      this.boxes = boxes;
      this.stack = stack;
    }

    /**
     * Calls it. Inside a {@link Scope}: the boxes of this call die there.
     *
     * @param count how many results are wanted
     * @param first replace the first arguments; null leaves what was prepared
     */
    public synchronized Tensor[] results(int count, @Nullable Tensor... first) {
      try {
        for (int i = 0; i < first.length; i++) {
          if (first[i] != null) {
            stack.put(i, new IValue(first[i]));
          }
        }
        handle.callBoxed(stack);
        Tensor[] results = new Tensor[count];
        for (int i = 0; i < count; i++) {
          results[i] = new Tensor(stack.get(i).toTensor());
        }
        return results;
      } finally {
        stack.put(boxes); // holds nothing of this call any longer
      }
    }

    /** The first of {@link #results}. */
    public Tensor call(@Nullable Tensor... first) {
      return results(1, first)[0];
    }
  }

  private IValue box(int place, @Nullable Object argument) {
    if (argument == null) {
      return new IValue();
    } else if (argument instanceof Tensor tensor) {
      return new IValue(tensor);
    } else if (argument instanceof List<?> tensors) {
      return new IValue(boxAll(listTypes.computeIfAbsent(place, this::listType), tensors));
    } else if (argument instanceof String text) {
      return new IValue(text);
    } else if (argument instanceof Double number) {
      return new IValue(number.doubleValue());
    } else if (argument instanceof Long number) {
      return new IValue(number.longValue());
    } else if (argument instanceof Integer number) {
      return new IValue(number.longValue());
    } else if (argument instanceof Boolean flag) {
      return new IValue(flag.booleanValue());
    }
    throw new IllegalArgumentException("no box for a " + argument.getClass().getName());
  }

  /** The type of an argument's elements: a list of another type would be refused. */
  private Type.TypePtr listType(int place) {
    try (Scope scope = Scope.open()) {
      Type.TypePtr list = handle.schema().arguments().getPointer(place).type();
      return list.get().containedType(0).retainReference();
    }
  }

  private static GenericList boxAll(Type.TypePtr type, List<?> tensors) {
    GenericList list = new GenericList(type);
    list.reserve(tensors.size());
    for (Object tensor : tensors) {
      list.push_back(new IValue((Tensor) tensor));
    }
    return list;
  }
}
