package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.Dataset;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.util.List;
import java.util.function.BiConsumer;

/** Every data set of a spec with its path: of training, of validation, of evaluations. */
final class Datasets {
  private Datasets() {}

  static void each(GrpoJobSpec spec, BiConsumer<String, Dataset> visitor) {
    listed("spec.data.datasets", spec.data().datasets(), visitor);
    listed("spec.data.validation", spec.data().validation(), visitor);
    for (int i = 0; i < spec.evaluations().size(); i++) {
      visitor.accept("spec.evaluations[" + i + "].dataset", spec.evaluations().get(i).dataset());
    }
  }

  private static void listed(
      String path, List<Dataset> datasets, BiConsumer<String, Dataset> visitor) {
    for (int i = 0; i < datasets.size(); i++) {
      visitor.accept(path + "[" + i + "]", datasets.get(i));
    }
  }
}
