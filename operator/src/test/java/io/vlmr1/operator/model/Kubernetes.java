package io.vlmr1.operator.model;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.operator.model.World.OneJob;
import io.vlmr1.operator.model.World.OnePod;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.PodSeen;
import java.util.List;
import java.util.Optional;

/** The Job controller, the kubelets, and the garbage collector, a step at a time. */
final class Kubernetes {
  private final World world;

  Kubernetes(World world) {
    this.world = world;
  }

  /** Each Job once: makes pods, ends those of a failing Job, tells how it ended. */
  void jobController() {
    for (OneJob job : List.copyOf(world.jobs.values())) {
      if (!job.active()) {
        continue;
      }
      List<OnePod> pods = podsOf(job);
      if (job.suspended) {
        pods.stream().filter(OnePod::left).forEach(pod -> pod.delete(world.now));
        continue;
      }
      if (job.attempt > 0) {
        attempt(job, pods);
      } else {
        single(job, pods);
      }
    }
    world.pods.removeIf(pod -> !pod.left() && !world.jobs.containsKey(pod.owner));
  }

  /** Indexed, backoffLimit 0, podReplacementPolicy Failed. */
  private void attempt(OneJob job, List<OnePod> pods) {
    boolean failed = pods.stream().anyMatch(pod -> pod.state == PodSeen.State.FAILED);
    if (failed || job.state == JobSeen.State.FAILING) {
      job.state = JobSeen.State.FAILING;
      pods.stream().filter(OnePod::left).forEach(pod -> pod.delete(world.now));
      if (pods.stream().noneMatch(OnePod::left)) {
        job.state = JobSeen.State.FAILED;
      }
      return;
    }
    if (pods.size() == job.completions
        && pods.stream().allMatch(pod -> pod.state == PodSeen.State.SUCCEEDED)) {
      job.state = JobSeen.State.COMPLETE;
      return;
    }
    for (int i = 0; i < job.completions; i++) {
      int index = i;
      if (pods.stream().noneMatch(pod -> pod.index == index)) {
        world.pods.add(world.pod(job, index));
      }
    }
  }

  /** One pod at a time, with retries. */
  private void single(OneJob job, List<OnePod> pods) {
    if (pods.stream().anyMatch(pod -> pod.state == PodSeen.State.SUCCEEDED)) {
      job.state = JobSeen.State.COMPLETE;
      return;
    }
    if (pods.stream().anyMatch(OnePod::left)) {
      return;
    }
    job.failures = (int) pods.stream().filter(pod -> pod.disruption == null).count();
    boolean lasting =
        pods.stream()
            .flatMap(pod -> Optional.ofNullable(pod.exit).stream())
            .anyMatch(exit -> !ExitCode.of(exit.code()).map(ExitCode::retryHelps).orElse(true));
    if (job.failures > job.retries || lasting) {
      job.state = JobSeen.State.FAILED;
    } else {
      world.pods.add(world.pod(job, 0));
    }
  }

  /** Each pod one step further; the pods of dead nodes stay as they are. */
  void kubelet() {
    if (world.serving != null && world.servers < world.serving) {
      world.servers++;
    }
    for (OnePod pod : List.copyOf(world.pods)) {
      if (pod.nodeDead || !pod.left()) {
        continue;
      }
      if (pod.deletion != null) {
        pod.end(143, world.now);
        if (!world.jobs.containsKey(pod.owner)) {
          world.pods.remove(pod);
        }
      } else {
        pod.state =
            switch (pod.state) {
              case PENDING -> PodSeen.State.STARTING;
              case STARTING, RUNNING -> PodSeen.State.RUNNING;
              case SUCCEEDED, FAILED -> pod.state;
            };
      }
    }
    // what was deleted and has ended leaves the API once its Job has counted it
    world.pods.removeIf(
        pod ->
            pod.deletion != null
                && !pod.left()
                && Optional.ofNullable(world.jobs.get(pod.owner)).map(j -> !j.active()).orElse(true)
                && pod.name.hashCode() % 2 == 0);
  }

  List<OnePod> podsOf(OneJob job) {
    return world.pods.stream().filter(pod -> pod.owner.equals(job.name)).toList();
  }
}
