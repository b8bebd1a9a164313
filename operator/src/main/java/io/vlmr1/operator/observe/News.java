package io.vlmr1.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.function.Function;

/** Whether an update says anything that decisions are made from: half of a pod's do not. */
public final class News {
  private News() {}

  /** Of a Job: its counts of pods change more often than its fate. */
  public static boolean of(Job now, Job before) {
    return differ(now, before, JobReader::read);
  }

  /** Of a pod: finalizers, the kubelet's times, and that it got a node, are no news. */
  public static boolean of(Pod now, Pod before) {
    return differ(now, before, pod -> PodReader.read(pod).withoutNode());
  }

  private static <R extends HasMetadata> boolean differ(R now, R before, Function<R, Object> read) {
    return !read.apply(now).equals(read.apply(before));
  }
}
