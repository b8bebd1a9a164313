package io.vlmr1.operator.ops;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jboss.logging.Logger;

/** Writes events; one that is lost is only logged. Verb: create on events (events.k8s.io). */
public final class EventRecorder {
  private static final Logger LOG = Logger.getLogger(EventRecorder.class);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int MAX_TEXT = 1024;
  private static final String CONTROLLER = GrpoJob.GROUP + "/vlm-r1-operator";

  private final KubernetesClient client;
  private final String instance;

  /** Events of this instance of the operator, its pod's name say. */
  public EventRecorder(KubernetesClient client, String instance) {
    this.client = client;
    this.instance = instance;
  }

  /** Tells of a job. */
  public void record(GrpoJob job, Note note, Instant now) {
    try {
      client
          .events()
          .v1()
          .events()
          .inNamespace(job.getMetadata().getNamespace())
          .resource(event(job, note, now))
          .create();
    } catch (KubernetesClientException e) {
      LOG.warnf("event %s of %s: %s", note.reason(), job.getFullResourceName(), e.getMessage());
    }
  }

  private Event event(GrpoJob job, Note note, Instant now) {
    String text = note.text();
    return new EventBuilder()
        .withNewMetadata()
        .withGenerateName(job.getMetadata().getName() + "-")
        .withNamespace(job.getMetadata().getNamespace())
        .endMetadata()
        .withType(note.warning() ? "Warning" : "Normal")
        .withReason(note.reason())
        .withAction("Reconcile")
        .withNote(text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…")
        .withEventTime(new MicroTime(MICROS.format(now)))
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(GrpoJob.API_VERSION)
                .withKind(GrpoJob.KIND)
                .withName(job.getMetadata().getName())
                .withNamespace(job.getMetadata().getNamespace())
                .withUid(job.getMetadata().getUid())
                .build())
        .build();
  }
}
