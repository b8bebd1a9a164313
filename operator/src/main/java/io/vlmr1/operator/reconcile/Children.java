package io.vlmr1.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.GenericKubernetesResourceMatcher;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.resource.Names;
import io.vlmr1.operator.resource.PodDefaults;
import io.vlmr1.operator.resource.Serving;
import io.vlmr1.operator.resource.SpecFile;
import io.vlmr1.operator.resource.WorkerPolicy;
import io.vlmr1.operator.resource.WorkerService;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes what a job is made of. Verbs: list, watch, create, patch on configmaps, services,
 * networkpolicies and deployments, and delete on the last three; get, create on
 * persistentvolumeclaims; get, list, watch, create, delete on jobs; list, watch, delete on pods;
 * get on pods/log; create, patch on podgroups.
 */
final class Children {
  private static final String FIELD_MANAGER = "vlm-r1-operator";
  private static final int MOST = 20_000;

  private final GrpoJob owner;
  private final Context<GrpoJob> context;
  private final PodDefaults defaults;
  private final List<HasMetadata> there;
  private final Map<String, String> verified;

  /**
   * Of one reconciliation.
   *
   * @param there what the caches hold of it beside Jobs and pods
   * @param verified by job, what was found as it should be last: comparing it takes time
   */
  Children(
      GrpoJob owner,
      Context<GrpoJob> context,
      PodDefaults defaults,
      List<HasMetadata> there,
      Map<String, String> verified) {
    this.owner = owner;
    this.context = context;
    this.defaults = defaults;
    this.there = there;
    this.verified = verified;
  }

  /** Everything but the Jobs, as it should be; what is so already is not written. */
  void applyShared() {
    apply(
        "shared",
        List.of(
            new Part(ConfigMap.class, Names.spec(owner), () -> SpecFile.of(owner)),
            new Part(Service.class, Names.workers(owner), () -> WorkerService.of(owner)),
            new Part(
                NetworkPolicy.class,
                Names.workers(owner),
                () -> WorkerPolicy.of(owner, defaults))));
  }

  /** The served model as it should be. */
  void applyServing() {
    Serving serving = new Serving(owner);
    String name = Names.serving(owner);
    apply(
        "serving",
        List.of(
            new Part(Deployment.class, name, () -> serving.deployment(defaults)),
            new Part(Service.class, name, serving::service),
            new Part(NetworkPolicy.class, name, serving::policy)));
  }

  /** An object that a job needs, built only where it has to be compared or written. */
  private record Part(
      Class<? extends HasMetadata> kind, String name, Supplier<HasMetadata> desired) {}

  /** Takes the served model down. */
  void removeServing() {
    String name = Names.serving(owner);
    for (Class<? extends HasMetadata> kind :
        List.of(NetworkPolicy.class, Service.class, Deployment.class)) { // it tells of the others
      cached(kind, name).ifPresent(found -> context.getClient().resource(found).delete());
    }
  }

  private void apply(String what, List<Part> parts) {
    String key = owner.getMetadata().getUid() + "/" + what;
    if (versions(parts.stream().map(this::version)).equals(verified.get(key))) {
      return; // nobody has touched them, and the spec is the same
    }
    if (verified.size() > MOST) {
      verified.clear(); // of jobs that are gone
    }
    verified.put(key, versions(parts.stream().map(part -> apply(part.desired.get()))));
  }

  /** Changes when the spec or one of the objects does. */
  private String versions(Stream<String> objects) {
    return owner.getMetadata().getGeneration() + "/" + objects.collect(Collectors.joining("/"));
  }

  private String version(Part part) {
    return cached(part.kind, part.name)
        .map(found -> found.getMetadata().getResourceVersion())
        .orElse("");
  }

  private <R extends HasMetadata> Optional<R> cached(Class<R> kind, String name) {
    return there.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(found -> found.getMetadata().getName().equals(name))
        .findFirst();
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
  private <R extends HasMetadata> String apply(R desired) {
    @SuppressWarnings("unchecked") // the class of an R, or of one of its kind
    Class<R> kind = (Class<R>) desired.getClass();
    Optional<R> actual = cached(kind, desired.getMetadata().getName());
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
