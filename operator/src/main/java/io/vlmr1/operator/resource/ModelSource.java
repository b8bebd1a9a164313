package io.vlmr1.operator.resource;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ModelSpec;
import java.util.Optional;

/**
 * A model on a claim of its own, mounted for the workers, who see a path: {@code pvc://claim/path},
 * or {@code hf://organisation/name@revision} once it is downloaded.
 *
 * @param claim in the job's namespace
 * @param path below the claim's top; empty: the top
 */
public record ModelSource(String claim, String path) {
  static final String MOUNT = "/models";
  private static final String CLAIM = "pvc://";
  private static final String HUB = "hf://";

  /** Empty for every other kind of source. */
  static Optional<ModelSource> of(GrpoJob owner) {
    String source = owner.getSpec().model().source();
    if (isDownloaded(owner)) {
      return Optional.of(new ModelSource(Names.modelClaim(owner), folder(source)));
    }
    if (!source.startsWith(CLAIM)) {
      return Optional.empty();
    }
    String rest = source.substring(CLAIM.length());
    int slash = rest.indexOf('/');
    return Optional.of(
        slash < 0
            ? new ModelSource(rest, "")
            : new ModelSource(rest.substring(0, slash), rest.substring(slash + 1)));
  }

  /** Whether the model has to be downloaded before the workers start. */
  public static boolean isDownloaded(GrpoJob owner) {
    return owner.getSpec().model().source().startsWith(HUB);
  }

  /** hf://o/n@r lies in hub/o--n/r: jobs that share a cache share what they downloaded. */
  private static String folder(String source) {
    String rest = source.substring(HUB.length());
    int at = rest.indexOf('@');
    String name = at < 0 ? rest : rest.substring(0, at);
    String revision = at < 0 ? "main" : rest.substring(at + 1);
    return "hub/" + name.replace("/", "--") + "/" + revision;
  }

  /** Where workers find it. */
  String mountedPath() {
    return path.isEmpty() ? MOUNT : MOUNT + "/" + path;
  }

  /** The same model, named by the path where workers find it. */
  ModelSpec mounted(ModelSpec given) {
    return new ModelSpec(mountedPath(), given.freeze(), given.minPixels(), given.maxPixels(), null);
  }
}
