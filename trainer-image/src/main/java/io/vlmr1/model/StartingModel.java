package io.vlmr1.model;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
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
   * @throws VlmR1Exception BAD_MODEL for a model that is still at the hub
   */
  public static Path folder(GrpoJobSpec spec, Path data) {
    String source = spec.model().source();
    if (source.startsWith(CLAIM)) { // mounted as the data root: the path within the claim counts
      String within = source.substring(CLAIM.length());
      return data.resolve(within.substring(within.indexOf('/') + 1)).normalize();
    }
    if (source.startsWith("hf://")) { // who starts workers puts the folder in its place
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          "spec.model.source: "
              + source
              + " is not on this machine; vlmr1 run downloads it, or vlmr1 fetch "
              + source
              + " --to DIR, and give DIR");
    }
    return data.resolve(source).normalize();
  }
}
