package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.CheckpointVolume;
import io.vlmr1.api.v1alpha1.DataVolume;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The volume for output can be written, and is not the one that the data is read from. */
final class Volumes implements Rule {
  private static final String OUTPUT = "spec.checkpoints.volume";
  private static final List<String> WRITABLE =
      List.of("ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");

  @Override
  public List<Problem> problems(GrpoJob job) {
    GrpoJobSpec spec = job.getSpec();
    CheckpointVolume output = spec.checkpoints().volume();
    List<Problem> problems = new ArrayList<>();
    written(OUTPUT, output, problems);
    if (spec.model().hub() != null) {
      written("spec.model.hub.cache", spec.model().hub().cache(), problems);
    }
    DataVolume data = spec.data().volume();
    if (data != null) {
      dataVolume(data, output, problems);
    }
    return problems;
  }

  private static void written(String path, CheckpointVolume volume, List<Problem> problems) {
    BigDecimal size = Quantities.amount(volume.size());
    if (size == null || size.signum() <= 0) {
      problems.add(
          new Problem(
              path + ".size",
              '"' + volume.size().toString() + "\" is no size",
              "write it as 10Gi"));
    }
    if (volume.accessModes().stream().noneMatch(WRITABLE::contains)) {
      problems.add(
          new Problem(
              path + ".accessModes",
              volume.accessModes() + " lets no worker write",
              "use one of: " + String.join(", ", WRITABLE)));
    }
    if (volume.claimName() != null && volume.storageClassName() != null) {
      problems.add(
          new Problem(
              path + ".storageClassName",
              "without effect on the existing claim " + volume.claimName(),
              "remove one of them"));
    }
  }

  private static void dataVolume(DataVolume data, CheckpointVolume output, List<Problem> problems) {
    if (data.claimName().equals(output.claimName())) {
      problems.add(
          new Problem(
              OUTPUT + ".claimName",
              '"' + data.claimName() + "\" is also the claim of spec.data.volume",
              "write checkpoints to another claim"));
    }
    String subPath = data.subPath();
    if (subPath != null
        && (subPath.startsWith("/") || List.of(subPath.split("/", -1)).contains(".."))) {
      problems.add(
          new Problem(
              "spec.data.volume.subPath",
              '"' + subPath + "\" does not stay in the claim",
              "write a path from the claim's top without .."));
    }
  }
}
