package io.vlmr1.operator.status;

import io.vlmr1.operator.observe.PodSeen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What pods wait for, in Kubernetes' words; those that wait for the same are told together. */
final class Waiting {
  private Waiting() {}

  /** Begins with a semicolon; empty when no pod waits for anything. */
  static String words(List<PodSeen> pods) {
    Map<String, List<String>> byWords =
        pods.stream()
            .filter(pod -> !pod.atWork() && pod.words() != null)
            .collect(
                Collectors.groupingBy(
                    pod -> String.valueOf(pod.words()),
                    LinkedHashMap::new,
                    Collectors.mapping(PodSeen::name, Collectors.toList())));
    StringBuilder text = new StringBuilder();
    byWords.forEach(
        (words, names) -> {
          text.append("; ").append(names.get(0));
          if (names.size() > 1) {
            text.append(" and ").append(names.size() - 1).append(" more");
          }
          text.append(": ").append(words);
        });
    return text.toString();
  }
}
