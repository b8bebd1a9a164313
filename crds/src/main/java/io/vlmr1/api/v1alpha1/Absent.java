package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an absent value stands for. */
final class Absent {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Absent() {}

  /** An unmodifiable copy without nulls (a stray dash in YAML), or the default. */
  static <T> List<T> list(@Nullable List<T> given, List<T> otherwise) {
    return given == null ? otherwise : given.stream().filter(Objects::nonNull).toList();
  }

  /** An unmodifiable copy in the given order; absent is empty. */
  static <V> Map<String, V> map(@Nullable Map<String, V> given) {
    if (given == null) {
      return Map.of();
    }
    Map<String, V> copy = new LinkedHashMap<>(given);
    copy.values().removeIf(Objects::isNull);
    return Collections.unmodifiableMap(copy);
  }

  /** A record with every component absent, so that its own constructor fills in the defaults. */
  static <T> T all(Class<T> type) {
    return MAPPER.convertValue(Map.of(), type);
  }
}
