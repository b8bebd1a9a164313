package io.vlmr1.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.operator.model.World.OneJob;
import io.vlmr1.operator.model.World.OnePod;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.status.Conditions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Events in any order, with the operator killed between what it does and what it writes: no two
 * attempts at once, no attempt beyond the budgets, a status that is true, and always an end.
 */
class AnyOrderTest {
  private static final List<Integer> CODES = List.of(1, 137, 17, 18, 143, 11, 16, 2, 139);

  // a seed, so that a failure is a change's and repeats; another one explores other orders
  @Property(tries = 1000, seed = "42")
  void everyJobReachesAnEndAndNothingForbiddenHappensOnTheWay(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int replicas,
      @ForAll boolean queue,
      @ForAll boolean hub,
      @ForAll @IntRange(max = 2) int every,
      @ForAll @Size(max = 150) List<@IntRange(max = 24) Integer> events) {
    Random chance = new Random(seed);
    Spec spec = new Spec(replicas, queue, hub, every);
    World world = new World(spec.yaml());
    Invariants invariants = new Invariants(world);
    try {
      for (int event : events) {
        happen(world, spec, event, chance);
        invariants.always();
        if (event < 6) {
          invariants.ofTheStatus();
        }
      }
      calm(world, spec, invariants);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + String.join("\n", world.story), e);
    }
  }

  /** Faults end, and everybody does his work: within bounded time the job is over. */
  private static void calm(World world, Spec spec, Invariants invariants) {
    if (spec.suspend) {
      spec.suspend = false;
      world.apply(spec.yaml());
    }
    for (int round = 0; round < 200 && !finished(world); round++) {
      world.jobs.values().forEach(job -> job.suspended = false);
      world.kubernetes.jobController();
      world.kubernetes.kubelet();
      world.progress(1);
      world.reconcile(false);
      invariants.always();
      invariants.ofTheStatus();
      if (round % 3 == 2) {
        world.pods.stream()
            .filter(pod -> pod.state == PodSeen.State.RUNNING && !pod.nodeDead)
            .filter(pod -> pod.deletion == null)
            .forEach(pod -> pod.end(0, world.now));
      }
      // the lost nodes' pods are marked for deletion by the node controller
      world.pods.stream().filter(pod -> pod.nodeDead).forEach(pod -> pod.delete(world.now));
      world.now = world.now.plusSeconds(10);
    }
    assertThat(finished(world)).as("an end").isTrue();
    for (int pod = 0; pod < 4; pod++) { // those of the served model come up
      world.reconcile(false);
      world.kubernetes.kubelet();
      invariants.ofTheStatus();
    }
    servedAsAsked(world, spec);
    world.reconcile(false); // a spec that changed after the end is seen, and changes nothing
    String end = String.valueOf(world.status());
    world.now = world.now.plusSeconds(600);
    world.reconcile(false);
    assertThat(world.status()).as("the end is the end").hasToString(end);
  }

  private static void servedAsAsked(World world, Spec spec) {
    boolean complete = Conditions.holds(world.status().conditions(), Conditions.COMPLETE);
    assertThat(world.serving)
        .as("pods that serve")
        .isEqualTo(complete && spec.serving > 0 ? Integer.valueOf(spec.serving) : null);
    assertThat(Conditions.holds(world.status().conditions(), Conditions.SERVED))
        .isEqualTo(complete && spec.serving > 0);
  }

  private static boolean finished(World world) {
    return Conditions.holds(world.status().conditions(), Conditions.FINISHED);
  }

  private static void happen(World world, Spec spec, int event, Random chance) {
    Predicate<OnePod> living = pod -> pod.left() && !pod.nodeDead;
    switch (event) {
      case 0, 1, 2, 3, 4, 5 -> world.reconcile(false);
      case 6 -> world.reconcile(true);
      case 7, 8 -> world.kubernetes.jobController();
      case 9, 10 -> world.kubernetes.kubelet();
      case 11 -> fail(world, chance, living);
      case 12 ->
          one(
              world,
              chance,
              pod -> pod.state == PodSeen.State.RUNNING,
              pod -> pod.end(0, world.now));
      case 13 -> one(world, chance, living, pod -> evict(world, pod));
      case 14 -> nodeDies(world, chance);
      case 15 -> nodeObjectGoes(world);
      case 16 -> suspend(world, spec);
      case 17 -> userDeletesAJob(world, chance);
      case 18 -> world.progress(chance.nextInt(3));
      case 19 -> time(world, chance);
      case 20 -> change(world, spec, chance);
      case 21 -> {
        spec.serving = chance.nextInt(3);
        world.apply(spec.yaml());
      }
      case 22 -> world.serve(null); // somebody deletes the Deployment
      case 23 -> world.servers = 0; // its pods fall
      default -> admission(world, chance);
    }
    world.story.add("event " + event);
  }

  private static void fail(World world, Random chance, Predicate<OnePod> living) {
    one(
        world,
        chance,
        living.and(pod -> pod.state != PodSeen.State.PENDING),
        pod -> pod.end(CODES.get(chance.nextInt(CODES.size())), world.now));
  }

  private static void evict(World world, OnePod pod) {
    pod.disruption = "EvictionByEvictionAPI";
    pod.state = PodSeen.State.FAILED;
    if (pod.deletion == null) {
      pod.delete(world.now);
    }
  }

  private static void nodeDies(World world, Random chance) {
    one(
        world,
        chance,
        OnePod::left,
        pod -> {
          pod.nodeDead = true;
          pod.disruption = "DeletionByTaintManager";
          pod.delete(world.now);
        });
  }

  private static void nodeObjectGoes(World world) {
    world.pods.stream()
        .filter(pod -> pod.nodeDead && pod.left())
        .forEach(pod -> pod.state = PodSeen.State.FAILED);
  }

  private static void suspend(World world, Spec spec) {
    spec.suspend = !spec.suspend;
    if (spec.suspend) {
      world.suspensions++;
    }
    world.apply(spec.yaml());
  }

  private static void userDeletesAJob(World world, Random chance) {
    List<String> names = List.copyOf(world.jobs.keySet());
    if (!names.isEmpty()) {
      world.delete(names.get(chance.nextInt(names.size())));
    }
  }

  private static void time(World world, Random chance) {
    world.now =
        world.now.plus(Duration.ofSeconds(List.of(1, 10, 60, 200, 2000).get(chance.nextInt(5))));
  }

  private static void change(World world, Spec spec, Random chance) {
    if (chance.nextBoolean()) {
      spec.replicas = 1 + chance.nextInt(3);
    } else {
      spec.evaluations = chance.nextInt(3);
    }
    world.apply(spec.yaml());
  }

  private static void admission(World world, Random chance) {
    List<OneJob> waiting = world.jobs.values().stream().filter(OneJob::active).toList();
    if (!waiting.isEmpty()) {
      OneJob job = waiting.get(chance.nextInt(waiting.size()));
      job.suspended = Spec.queued(world) && chance.nextInt(3) == 0;
    }
  }

  private static void one(
      World world,
      Random chance,
      Predicate<OnePod> which,
      java.util.function.Consumer<OnePod> does) {
    List<OnePod> some = world.pods.stream().filter(which).toList();
    if (!some.isEmpty()) {
      does.accept(some.get(chance.nextInt(some.size())));
    }
  }

  /** What a user may change while the job runs. */
  private static final class Spec {
    private final boolean queue;
    private final boolean hub;
    private int replicas;
    private boolean suspend;
    private final int every;
    private int evaluations = 1;
    private int serving;

    /** Of the evaluations, the first so many look at every checkpoint. */
    Spec(int replicas, boolean queue, boolean hub, int every) {
      this.every = every;
      this.replicas = replicas;
      this.queue = queue;
      this.hub = hub;
    }

    static boolean queued(World world) {
      return world.job().getSpec().workers().scheduling() != null;
    }

    String yaml() {
      StringBuilder text = new StringBuilder();
      text.append("model: {source: ").append(hub ? "'hf://org/model'}\n" : "model}\n");
      text.append("suspend: ").append(suspend).append('\n');
      text.append("workers: {replicas: ").append(replicas);
      text.append(queue ? ", scheduling: {gang: kueue, queue: q}}\n" : "}\n");
      text.append("restartPolicy: {maxRestarts: 2, maxDisruptions: 3, backoffSeconds: 5,");
      text.append(" stallTimeoutSeconds: 600, forceDeleteAfterSeconds: 60}\n");
      text.append("evaluations:");
      for (int i = 0; i < evaluations; i++) {
        text.append("\n- {name: e").append(i).append(", dataset: {name: d, path: d.jsonl}");
        text.append(i < every ? ", when: everyCheckpoint}" : "}");
      }
      if (serving > 0) {
        text.insert(0, "serving: {replicas: " + serving + "}\n");
      }
      return text.append(evaluations == 0 ? " []\n" : "\n").toString();
    }
  }
}
