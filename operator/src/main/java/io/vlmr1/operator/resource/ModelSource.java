package io.vlmr1.operator.resource;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ModelSpec;
import java.util.Optional;

/**
 * A model on a claim of its own, {@code pvc://claim/path}: mounted for the workers, who see a path.
 *
 * @param claim in the job's namespace
 * @param path below the claim's top; empty: the top
 */
record ModelSource(String claim, String path) {
  static final String MOUNT = "/models";
  private static final String SCHEME = "pvc://";

  /** Empty for every other kind of source. */
  static Optional<ModelSource> of(GrpoJob owner) {
    String source = owner.getSpec().model().source();
    if (!source.startsWith(SCHEME)) {
      return Optional.empty();
    }
    String rest = source.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    return Optional.of(
        slash < 0
            ? new ModelSource(rest, "")
            : new ModelSource(rest.substring(0, slash), rest.substring(slash + 1)));
  }

  /** The same model, named by the path where workers find it. */
  ModelSpec mounted(ModelSpec given) {
    String folder = path.isEmpty() ? MOUNT : MOUNT + "/" + path;
    return new ModelSpec(folder, given.freeze(), given.minPixels(), given.maxPixels());
  }
}
