package io.vlmr1.operator.reconcile;

import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.resource.PodDefaults;
import io.vlmr1.operator.resource.PodSafety;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The problems of each job's spec, looked for once a generation. */
final class Checked {
  private static final int MOST = 20_000;

  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST; // bounded memory; what falls out is looked for again
        }
      };
  private final PodDefaults defaults;

  Checked(PodDefaults defaults) {
    this.defaults = defaults;
  }

  /** Those of the types and rules, then those of the installation's policy. */
  List<Problem> problems(GrpoJob job) {
    String uid = job.getMetadata().getUid();
    Long generation = job.getMetadata().getGeneration();
    Known last = known(uid);
    if (last != null && Objects.equals(last.generation, generation)) {
      return last.problems;
    }
    List<Problem> problems =
        Stream.concat(JobRules.problems(job).stream(), PodSafety.problems(job, defaults).stream())
            .distinct()
            .toList();
    synchronized (known) {
      known.put(uid, new Known(generation, problems));
    }
    return problems;
  }

  private @Nullable Known known(String uid) {
    synchronized (known) {
      return known.get(uid);
    }
  }

  private record Known(Long generation, List<Problem> problems) {}
}
