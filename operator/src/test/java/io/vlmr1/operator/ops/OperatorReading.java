package io.vlmr1.operator.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** How the operator's client reads, without the operator's frame. */
public final class OperatorReading {
  private OperatorReading() {}

  /** With a mapper of its own. */
  public static KubernetesSerialization make() {
    ObjectMapper mapper = new ObjectMapper();
    new LeanReading().customize(mapper);
    KubernetesSerialization reading = new JobCopies(mapper);
    reading.registerKubernetesResource(Status.class);
    return reading;
  }
}
