package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.HubSpec;
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
  private static final Pattern ENDPOINT =
      Pattern.compile("https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/?");
  private static final Pattern CLAIM = Pattern.compile("pvc://[a-z0-9]([-a-z0-9.]*[a-z0-9])?/.+");
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
  private static final Pattern HUB =
      Pattern.compile("hf://" + NAME + "/" + NAME + "(@[A-Za-z0-9][A-Za-z0-9._-]{0,127})?");
  private static final String HUB_PATH = "spec.model.hub";

  @Override
  public List<Problem> problems(GrpoJob job) {
    ModelSpec model = job.getSpec().model();
    List<Problem> problems = new ArrayList<>(source(model.source()));
    if (model.hub() != null) {
      hub(model.source(), model.hub(), problems);
    }
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
    boolean understood =
        !SCHEME.matcher(source).matches()
            || HUB.matcher(source).matches()
            || (CLAIM.matcher(source).matches() && !leaves(source.substring("pvc://".length())));
    return understood
        ? List.of()
        : List.of(
            new Problem(
                PATH,
                '"' + source + "\" is not understood",
                "give a path, pvc://claim/path or hf://organisation/name@revision"));
  }

  private static void hub(String source, HubSpec hub, List<Problem> problems) {
    if (!source.startsWith("hf://")) {
      problems.add(
          new Problem(
              HUB_PATH,
              "without effect on the source \"" + source + '"',
              "remove it, or use hf://"));
    }
    if (hub.endpoint() != null && !ENDPOINT.matcher(hub.endpoint()).matches()) {
      problems.add(
          new Problem(
              HUB_PATH + ".endpoint",
              '"' + hub.endpoint() + "\" is no address",
              "write it as https://host, without a path"));
    }
  }

  private static boolean leaves(String path) {
    return List.of(path.split("/", -1)).contains("..");
  }
}
