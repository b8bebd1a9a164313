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
import org.jspecify.annotations.Nullable;

/**
 * What the types declare holds: required fields, ranges, lengths, patterns. An API server sees to
 * it by the CRD; on a laptop there is none.
 */
final class DeclaredLimits implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    List<Problem> problems = new ArrayList<>();
    checkRecord("spec", job.getSpec(), problems);
    return problems;
  }

  private static void checkRecord(String path, Object record, List<Problem> problems) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Method accessor = component.getAccessor();
      check(path + "." + component.getName(), accessor, value(accessor, record), problems);
    }
  }

  private static @Nullable Object value(Method accessor, Object record) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(accessor + " of a public record cannot be called", e);
    }
  }

  private static void check(
      String path, Method accessor, @Nullable Object value, List<Problem> problems) {
    if (accessor.isAnnotationPresent(Required.class) && isEmpty(value)) {
      problems.add(new Problem(path, "absent", "set it: " + purpose(accessor)));
    } else if (value instanceof Number number) {
      checkRange(path, accessor, number, problems);
    } else if (value instanceof String text) {
      checkSize(path, accessor, text.length(), "characters", problems);
      checkPattern(path, accessor, text, problems);
    } else if (value instanceof List<?> list) {
      checkSize(path, accessor, list.size(), "entries", problems);
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

  private static String purpose(Method accessor) {
    JsonPropertyDescription description = accessor.getAnnotation(JsonPropertyDescription.class);
    return description == null ? "it has no default" : description.value();
  }

  private static void checkRange(
      String path, Method accessor, Number number, List<Problem> problems) {
    Min min = accessor.getAnnotation(Min.class);
    Max max = accessor.getAnnotation(Max.class);
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
      String path, Method accessor, int size, String unit, List<Problem> problems) {
    Size bounds = accessor.getAnnotation(Size.class);
    if (bounds != null && size < bounds.min()) {
      problems.add(
          new Problem(
              path, size + " " + unit, "give at least " + bounds.min() + ", or leave it out"));
    } else if (bounds != null && size > bounds.max()) {
      problems.add(new Problem(path, size + " " + unit, "give at most " + bounds.max()));
    }
  }

  private static void checkPattern(
      String path, Method accessor, String text, List<Problem> problems) {
    Pattern pattern = accessor.getAnnotation(Pattern.class);
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
