package io.vlmr1.operator.decide;

import static io.vlmr1.operator.observe.JobSeen.State.ACTIVE;
import static io.vlmr1.operator.observe.JobSeen.State.COMPLETE;
import static io.vlmr1.operator.observe.JobSeen.State.FAILED;
import static io.vlmr1.operator.observe.JobSeen.State.FAILING;
import static io.vlmr1.operator.observe.PodSeen.State.PENDING;
import static io.vlmr1.operator.observe.PodSeen.State.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.operator.Seen;
import io.vlmr1.operator.resource.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every state of a job against everything that may happen to it: what follows. */
class DecisionTableTest {
  private static final String ONE =
      """
      evaluations:
      - {name: a, dataset: {name: a, path: a.jsonl}}
      restartPolicy: {stallTimeoutSeconds: 60, forceDeleteAfterSeconds: 60, maxRestarts: 1}
      """;
  private static final String OPEN = "{attempt: 1, attempts: [{number: 1}]}";
  private static final String SPENT = "{attempt: 1, attempts: [{number: 1}], restarts: 1}";
  private static final String JUST_ENDED =
      "{attempt: 1, restarts: 1, attempts: [{number: 1, end: '2026-03-01T11:59:58Z', cause: x}]}";
  private static final String ENDED =
      "{attempt: 1, restarts: 1, attempts: [{number: 1, end: '2026-03-01T11:00:00Z', cause: x}]}";
  private static final String STOPPED =
      "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:59:59Z', cause: Suspended}]}";
  private static final String TRAINED =
      "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:59:00Z', cause: Completed}]}";
  private static final String OVER =
      "{attempt: 1, completionTime: '2026-03-01T11:59:00Z', attempts: [{number: 1, end:"
          + " '2026-03-01T11:59:00Z', cause: Completed}]}";

  private static final String SAVED =
      "{attempt: 1, attempts: [{number: 1}], latestCheckpoint: checkpoint-2}";
  private static final Subject CHECKPOINT = new Subject("a", "checkpoint-2");
  private static final String SERVING = "serving: {}\n";

  private static final Map<String, Function<String, Seen>> STATES = states();
  private static final Map<String, Event> EVENTS = events();

  /** Rewritten by -Dgolden.update=true; read the difference before you commit it. */
  private static final Path TABLE =
      Path.of(
          System.getProperty("root.dir", ".."), "operator/src/test/resources/golden/decisions.txt");

  /** Something that happens: a change of the spec, or of what is seen. */
  private record Event(String spec, UnaryOperator<Seen> seen) {
    static Event of(UnaryOperator<Seen> seen) {
      return new Event("", seen);
    }
  }

  private static Map<String, Function<String, Seen>> states() {
    Map<String, Function<String, Seen>> all = new LinkedHashMap<>();
    all.put("new", more -> Seen.job(ONE + more));
    all.put("fetching", more -> hub(more).download(ACTIVE));
    all.put("fetched", more -> hub(more).download(COMPLETE));
    all.put("notFetched", more -> hub(more).download(FAILED));
    all.put("queued", more -> Seen.job(ONE + more).status(OPEN).queued(1));
    all.put("starting", more -> open(more).attempt(1, ACTIVE).worker(1, 0, PENDING));
    all.put(
        "running",
        more -> open(more).attempt(1, ACTIVE).worker(1, 0, RUNNING).worker(1, 1, RUNNING));
    all.put("unwritten", more -> Seen.job(ONE + more).attempt(1, ACTIVE).worker(1, 0, RUNNING));
    all.put(
        "failing",
        more -> open(more).attempt(1, FAILING).ended(1, 0, 1, "x").worker(1, 1, RUNNING));
    all.put(
        "failed", more -> open(more).attempt(1, FAILED).ended(1, 0, 1, "x").ended(1, 1, 17, null));
    all.put(
        "spent", more -> Seen.job(ONE + more).status(SPENT).attempt(1, FAILED).ended(1, 0, 1, "x"));
    all.put("jobGone", more -> open(more));
    all.put(
        "complete",
        more -> open(more).attempt(1, COMPLETE).ended(1, 0, 0, null).ended(1, 1, 0, null));
    all.put("waiting", more -> Seen.job(ONE + more).status(JUST_ENDED).attempt(1, FAILED));
    all.put(
        "draining",
        more -> Seen.job(ONE + more).status(ENDED).attempt(1, FAILED).worker(1, 1, RUNNING));
    all.put("drained", more -> Seen.job(ONE + more).status(ENDED).attempt(1, FAILED));
    all.put("stopped", more -> Seen.job(ONE + more).status(STOPPED));
    all.put("trained", more -> Seen.job(ONE + more).status(TRAINED).attempt(1, COMPLETE));
    all.put(
        "evaluating",
        more -> Seen.job(ONE + more).status(TRAINED).attempt(1, COMPLETE).evaluation("a", ACTIVE));
    all.put(
        "evaluated",
        more ->
            Seen.job(ONE + more).status(TRAINED).attempt(1, COMPLETE).evaluation("a", COMPLETE));
    all.put("badlyEvaluated", more -> Seen.job(ONE + more).status(TRAINED).evaluation("a", FAILED));
    all.put("over", more -> Seen.job(ONE + more).status(OVER));
    all.put("saved", more -> every(more).attempt(1, ACTIVE).worker(1, 0, RUNNING));
    all.put(
        "beingSeen",
        more ->
            every(more).attempt(1, ACTIVE).worker(1, 0, RUNNING).evaluation(CHECKPOINT, ACTIVE));
    all.put(
        "seen",
        more ->
            every(more).attempt(1, ACTIVE).worker(1, 0, RUNNING).evaluation(CHECKPOINT, COMPLETE));
    all.put(
        "seenAndLost",
        more -> every(more).attempt(1, FAILED).ended(1, 0, 1, "x").evaluation(CHECKPOINT, ACTIVE));
    all.put("toServe", more -> Seen.job(ONE + SERVING + more).status(OVER));
    all.put("served", more -> Seen.job(ONE + SERVING + more).status(OVER).serving(1, 1));
    all.put("servedNoMore", more -> Seen.job(ONE + more).status(OVER).serving(1, 1));
    return all;
  }

  private static Seen hub(String more) {
    return Seen.job("model: {source: 'hf://o/n'}\n" + ONE + more);
  }

  private static Seen every(String more) {
    String spec = ONE.replace("path: a.jsonl}", "path: a.jsonl}, when: everyCheckpoint");
    return Seen.job(spec + more).status(SAVED);
  }

  private static Seen open(String more) {
    return Seen.job(ONE + more).status(OPEN);
  }

  private static Map<String, Event> events() {
    Map<String, Event> all = new LinkedHashMap<>();
    all.put("nothing", Event.of(seen -> seen));
    all.put("suspend", new Event("suspend: true\n", seen -> seen));
    all.put("badSpec", new Event("rewards: [{name: beauty}]\n", seen -> seen));
    all.put("workers", new Event("workers: {replicas: 3}\n", seen -> seen));
    all.put("podFails", Event.of(seen -> seen.ended(1, 0, 1, "x")));
    all.put("forGood", Event.of(seen -> seen.ended(1, 0, 11, "bad data")));
    all.put("oom", Event.of(seen -> seen.ended(1, 0, 137, "OOMKilled", null, 20)));
    all.put("evicted", Event.of(seen -> seen.disrupted(1, 1, "TaintManager")));
    all.put("deadNode", Event.of(seen -> seen.deleted(1, 1, 300, 30)));
    all.put("deleted", Event.of(seen -> seen.deleted(1, 1, 10, 30)));
    all.put("stall", Event.of(seen -> seen.progress(0, 3, 61)));
    all.put("steps", Event.of(seen -> seen.progress(0, 3, 1)));
    all.put("namesake", Event.of(Seen::forerunner));
    all.put("ttl", new Event("ttlSecondsAfterFinished: 5\n", seen -> seen));
    return all;
  }

  @Test
  void everyPairHasItsDecision() throws IOException {
    String found = table();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(TABLE, found);
    }
    assertThat(TABLE).hasContent(found);
  }

  private static String table() {
    List<String> lines = new ArrayList<>();
    lines.add(line("", EVENTS.keySet()));
    STATES.forEach(
        (state, build) ->
            lines.add(
                line(
                    state,
                    EVENTS.values().stream()
                        .map(event -> event.seen().apply(build.apply(event.spec())))
                        .map(seen -> word(Rules.decide(seen.now())))
                        .toList())));
    return String.join("\n", lines) + "\n";
  }

  private static String line(String first, Collection<String> cells) {
    return (String.format("%-17s", first)
            + cells.stream()
                .map(cell -> String.format("%-17s", cell))
                .collect(Collectors.joining()))
        .stripTrailing();
  }

  /** The decision's name with what tells it from others of its kind. */
  private static String word(Decision decision) {
    String name = decision.getClass().getSimpleName();
    if (decision instanceof Decision.Await await) {
      return "~" + await.reason();
    }
    if (decision instanceof Decision.Fail fail) {
      return "!" + fail.reason().replace("Exhausted", "");
    }
    if (decision instanceof Decision.EndAttempt end) {
      return "End" + end.ending().kind().word();
    }
    if (decision instanceof Decision.Start start) {
      return "Start" + start.attempt();
    }
    if (decision instanceof Decision.Evaluate evaluate) {
      return "Evaluate" + evaluate.subjects().size();
    }
    if (decision instanceof Decision.Train train && !train.evaluations().isEmpty()) {
      return "Train+" + train.evaluations().size();
    }
    if (decision instanceof Decision.Serve serve) {
      return "Serve" + serve.work();
    }
    if (decision instanceof Decision.Prepare prepare) {
      return prepare.make() ? "Prepare" : "~Prepare";
    }
    return Arrays.asList(name.split("\\$", -1)).get(0);
  }
}
