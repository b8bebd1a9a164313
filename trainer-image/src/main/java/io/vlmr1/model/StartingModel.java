package io.vlmr1.model;

import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.nio.file.Path;

/** Where a job's model lies. */
public final class StartingModel {
  private static final String CLAIM = "pvc://";

  private StartingModel() {}

  /**
   * The folder of the model that training starts from.
   *
   * @param data the data root
   */
  public static Path folder(GrpoJobSpec spec, Path data) {
    String source = spec.model().source();
    if (source.startsWith(CLAIM)) { // mounted as the data root: the path within the claim counts
      String within = source.substring(CLAIM.length());
      return data.resolve(within.substring(within.indexOf('/') + 1)).normalize();
    }
    return data.resolve(source).normalize();
  }
}
