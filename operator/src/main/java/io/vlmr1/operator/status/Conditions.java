package io.vlmr1.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The conditions of a status; the time of a transition stays until the status word changes. */
public final class Conditions {
  public static final String ACCEPTED = "Accepted";
  public static final String INITIALIZED = "Initialized";
  public static final String ADMITTED = "Admitted";
  public static final String RUNNING = "Running";
  public static final String RESTARTING = "Restarting";
  public static final String SUSPENDED = "Suspended";
  public static final String EVALUATED = "Evaluated";
  public static final String COMPLETE = "Complete";
  public static final String FAILED = "Failed";
  public static final String FINISHED = "Finished";
  public static final String SERVED = "Served";
  // what kstatus, and with it Argo CD and Flux, read
  public static final String READY = "Ready";
  public static final String RECONCILING = "Reconciling";
  public static final String STALLED = "Stalled";

  /** The API server takes no longer messages. */
  private static final int MAX_MESSAGE = 32768;

  private final Map<String, Condition> byType = new LinkedHashMap<>();
  private final @Nullable Long generation;
  private final String now;

  Conditions(List<Condition> old, @Nullable Long generation, Instant now) {
    old.forEach(condition -> byType.put(condition.getType(), condition));
    this.generation = generation;
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Whether a list says True of a type. */
  public static boolean holds(List<Condition> conditions, String type) {
    return find(conditions, type).map(c -> c.getStatus().equals("True")).orElse(false);
  }

  /** The condition of a type. */
  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.getType().equals(type)).findFirst();
  }

  void yes(String type, String reason, String message) {
    put(type, "True", reason, message);
  }

  void no(String type, String reason, String message) {
    put(type, "False", reason, message);
  }

  /** The same as {@link #no}, but only where the condition has been told before. */
  void noLonger(String type, String reason, String message) {
    if (byType.containsKey(type)) {
      no(type, reason, message);
    }
  }

  boolean holds(String type) {
    return holds(list(), type);
  }

  List<Condition> list() {
    return List.copyOf(byType.values());
  }

  private void put(String type, String status, String reason, String message) {
    Condition old = byType.get(type);
    String since =
        old != null && old.getStatus().equals(status) ? old.getLastTransitionTime() : now;
    byType.put(
        type,
        new ConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage(shortened(message))
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .build());
  }

  private static String shortened(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
  }
}
