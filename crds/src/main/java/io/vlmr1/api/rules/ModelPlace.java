package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The model's source is of a form that is understood, and its pixel limits leave room for a
 * picture.
 */
final class ModelPlace implements Rule {
  private static final String PATH = "spec.model.source";
  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://.*");
  private static final Pattern CLAIM = Pattern.compile("pvc://[a-z0-9]([-a-z0-9.]*[a-z0-9])?/.+");
  private static final Pattern HUB = Pattern.compile("hf://[^/@\\s]+/[^/@\\s]+(@[^/@\\s]+)?");

  @Override
  public List<Problem> problems(GrpoJob job) {
    ModelSpec model = job.getSpec().model();
    List<Problem> problems = new ArrayList<>(source(model.source()));
    Integer min = model.minPixels();
    Integer max = model.maxPixels();
    if (min != null && max != null && min > max) {
      problems.add(
          new Problem(
              "spec.model.minPixels",
              min + " is above spec.model.maxPixels " + max,
              "set it to at most " + max));
    }
    return problems;
  }

  private static List<Problem> source(String source) {
    if (HUB.matcher(source).matches()) {
      return List.of(
          new Problem(
              PATH,
              '"' + source + "\": hf:// is not supported yet",
              "download the model and give its path, or pvc://claim/path"));
    }
    boolean understood =
        !SCHEME.matcher(source).matches()
            || (CLAIM.matcher(source).matches() && !leaves(source.substring("pvc://".length())));
    return understood
        ? List.of()
        : List.of(
            new Problem(
                PATH,
                '"' + source + "\" is not understood",
                "give a path, pvc://claim/path or hf://organisation/name@revision"));
  }

  private static boolean leaves(String path) {
    return List.of(path.split("/", -1)).contains("..");
  }
}
