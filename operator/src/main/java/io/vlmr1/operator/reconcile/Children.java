package io.vlmr1.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.GenericKubernetesResourceMatcher;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.resource.PodDefaults;
import io.vlmr1.operator.resource.SpecFile;
import io.vlmr1.operator.resource.WorkerPolicy;
import io.vlmr1.operator.resource.WorkerService;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes what a job is made of. Verbs: list, watch, create, patch on configmaps, services and
 * networkpolicies; get, create on persistentvolumeclaims; get, list, watch, create, delete on jobs;
 * list, watch, delete on pods; get on pods/log; create, patch on podgroups.
 */
final class Children {
  private static final String FIELD_MANAGER = "vlm-r1-operator";
  private static final int MOST = 20_000;

  private final GrpoJob owner;
  private final Context<GrpoJob> context;
  private final PodDefaults defaults;
  private final Map<String, String> verified;

  /**
   * Of one reconciliation.
   *
   * @param verified by job, what was found as it should be last: comparing it takes time
   */
  Children(
      GrpoJob owner, Context<GrpoJob> context, PodDefaults defaults, Map<String, String> verified) {
    this.owner = owner;
    this.context = context;
    this.defaults = defaults;
    this.verified = verified;
  }

  /** Everything but the Jobs, as it should be; what is so already is not written. */
  void applyShared() {
    String uid = owner.getMetadata().getUid();
    String now =
        versions(version(ConfigMap.class), version(Service.class), version(NetworkPolicy.class));
    if (now.equals(verified.get(uid))) {
      return; // nobody has touched them, and the spec is the same
    }
    if (verified.size() > MOST) {
      verified.clear(); // of jobs that are gone
    }
    verified.put(
        uid,
        versions(
            apply(ConfigMap.class, SpecFile.of(owner)),
            apply(Service.class, WorkerService.of(owner)),
            apply(NetworkPolicy.class, WorkerPolicy.of(owner, defaults))));
  }

  /** Changes when the spec or one of the objects does. */
  private String versions(String... objects) {
    return owner.getMetadata().getGeneration() + "/" + String.join("/", objects);
  }

  private <R extends HasMetadata> String version(Class<R> kind) {
    return context
        .getSecondaryResource(kind)
        .map(object -> object.getMetadata().getResourceVersion())
        .orElse("");
  }

  /** Volumes; one that is there, of an earlier job of this name say, is used. */
  void makeClaims(List<PersistentVolumeClaim> claims) {
    for (PersistentVolumeClaim claim : claims) {
      if (context.getClient().resource(claim).get() == null) {
        create(claim, () -> context.getClient().resource(claim).create());
      }
    }
  }

  /** A PodGroup as it should be; it is looked at with each attempt only, so it has no cache. */
  void applyGroup(GenericKubernetesResource group) {
    try {
      context
          .getClient()
          .resource(group)
          .fieldManager(FIELD_MANAGER)
          .forceConflicts()
          .serverSideApply();
    } catch (KubernetesClientException e) {
      throw Refused.of(group, e);
    }
  }

  /** A Job; one of this very name and owner may be there already, if the cache lags. */
  void make(Job job) {
    create(
        job,
        () ->
            context
                .getClient()
                .resource(job)
                .fieldValidation(FieldValidateable.Validation.STRICT) // a template's misspelt field
                .create());
  }

  /** The version in which the object is as it should be. */
  private <R extends HasMetadata> String apply(Class<R> kind, R desired) {
    Optional<R> actual = context.getSecondaryResource(kind);
    try {
      R right =
          actual.isEmpty()
              ? created(desired)
              : actual
                  .filter(there -> matches(there, desired))
                  .orElseGet(() -> context.resourceOperations().serverSideApply(desired));
      return right.getMetadata().getResourceVersion();
    } catch (KubernetesClientException e) {
      throw Refused.of(desired, e);
    }
  }

  /** To create costs the API server half of what server-side apply does. */
  private <R extends HasMetadata> R created(R desired) {
    try {
      return context.resourceOperations().create(desired);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return context.resourceOperations().serverSideApply(desired); // the cache lags behind
    }
  }

  /** Whether what is desired is there; what others add is theirs. */
  private <R extends HasMetadata> boolean matches(R actual, R desired) {
    return GenericKubernetesResourceMatcher.match(desired, actual, false, false, context).matched();
  }

  private void create(HasMetadata desired, Runnable creation) {
    try {
      creation.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || !ours(desired)) {
        throw Refused.of(desired, e);
      }
    }
  }

  /** Whether what lies under this name was made for this job. */
  private boolean ours(HasMetadata desired) {
    HasMetadata actual = context.getClient().resource(desired).get();
    return actual != null
        && actual.getMetadata().getOwnerReferences().stream()
            .anyMatch(o -> Objects.equals(o.getUid(), owner.getMetadata().getUid()));
  }
}
