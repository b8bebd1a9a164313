package io.vlmr1.api.rules;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the types declare holds: required fields, ranges, lengths, patterns. An API server sees to
 * it by the CRD; on a laptop there is none.
 */
final class DeclaredLimits implements Rule {
  /** Of each record type, what its components declare: looking for annotations takes time. */
  private static final ClassValue<List<Declared>> DECLARED =
      new ClassValue<>() {
        @Override
        protected List<Declared> computeValue(Class<?> record) {
          return Stream.of(record.getRecordComponents()).map(Declared::of).toList();
        }
      };

  private record Declared(
      String name,
      Method accessor,
      boolean required,
      @Nullable Min min,
      @Nullable Max max,
      @Nullable Size size,
      @Nullable Pattern pattern) {
    static Declared of(RecordComponent component) {
      Method accessor = component.getAccessor();
      return new Declared(
          component.getName(),
          accessor,
          accessor.isAnnotationPresent(Required.class),
          accessor.getAnnotation(Min.class),
          accessor.getAnnotation(Max.class),
          accessor.getAnnotation(Size.class),
          accessor.getAnnotation(Pattern.class));
    }

    @Nullable Object value(Object record) {
      try {
        return accessor.invoke(record);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(accessor + " of a public record cannot be called", e);
      }
    }

    String purpose() {
      JsonPropertyDescription description = accessor.getAnnotation(JsonPropertyDescription.class);
      return description == null ? "it has no default" : description.value();
    }
  }

  @Override
  public List<Problem> problems(GrpoJob job) {
    List<Problem> problems = new ArrayList<>();
    checkRecord("spec", job.getSpec(), problems);
    return problems;
  }

  private static void checkRecord(String path, Object record, List<Problem> problems) {
    for (Declared declared : DECLARED.get(record.getClass())) {
      check(path + "." + declared.name, declared, declared.value(record), problems);
    }
  }

  private static void check(
      String path, Declared declared, @Nullable Object value, List<Problem> problems) {
    if (declared.required && isEmpty(value)) {
      problems.add(new Problem(path, "absent", "set it: " + declared.purpose()));
    } else if (value instanceof Number number) {
      checkRange(path, declared, number, problems);
    } else if (value instanceof String text) {
      checkSize(path, declared, text.length(), "characters", problems);
      checkPattern(path, declared, text, problems);
    } else if (value instanceof List<?> list) {
      checkSize(path, declared, list.size(), "entries", problems);
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i) instanceof Record element) {
          checkRecord(path + "[" + i + "]", element, problems);
        }
      }
    } else if (value instanceof Record record) {
      checkRecord(path, record, problems);
    }
  }

  private static boolean isEmpty(@Nullable Object value) {
    return value == null
        || (value instanceof String text && text.isBlank())
        || (value instanceof Collection<?> elements && elements.isEmpty());
  }

  private static void checkRange(
      String path, Declared declared, Number number, List<Problem> problems) {
    Min min = declared.min;
    Max max = declared.max;
    double value = number.doubleValue();
    if (!Double.isFinite(value)) {
      problems.add(new Problem(path, number + " is not a finite number", "set a finite number"));
    } else if (min != null && (min.inclusive() ? value < min.value() : value <= min.value())) {
      String bound = (min.inclusive() ? "at least " : "more than ") + plain(min.value());
      problems.add(new Problem(path, number + " is too small", "set it to " + bound));
    } else if (max != null && (max.inclusive() ? value > max.value() : value >= max.value())) {
      String bound = (max.inclusive() ? "at most " : "less than ") + plain(max.value());
      problems.add(new Problem(path, number + " is too large", "set it to " + bound));
    }
  }

  private static void checkSize(
      String path, Declared declared, int size, String unit, List<Problem> problems) {
    Size bounds = declared.size;
    if (bounds != null && size < bounds.min()) {
      problems.add(
          new Problem(
              path, size + " " + unit, "give at least " + bounds.min() + ", or leave it out"));
    } else if (bounds != null && size > bounds.max()) {
      problems.add(new Problem(path, size + " " + unit, "give at most " + bounds.max()));
    }
  }

  private static void checkPattern(
      String path, Declared declared, String text, List<Problem> problems) {
    Pattern pattern = declared.pattern;
    if (pattern != null && !text.matches(pattern.value())) {
      problems.add(
          new Problem(
              path,
              '"' + text + "\" does not match " + pattern.value(),
              "use lower-case letters, digits and dashes"));
    }
  }

  private static String plain(double bound) {
    return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
  }
}
