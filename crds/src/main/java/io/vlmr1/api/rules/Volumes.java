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
    BigDecimal size = Quantities.amount(output.size());
    if (size == null || size.signum() <= 0) {
      problems.add(
          new Problem(
              OUTPUT + ".size",
              '"' + output.size().toString() + "\" is no size",
              "write it as 10Gi"));
    }
    if (output.accessModes().stream().noneMatch(WRITABLE::contains)) {
      problems.add(
          new Problem(
              OUTPUT + ".accessModes",
              output.accessModes() + " lets no worker write",
              "use one of: " + String.join(", ", WRITABLE)));
    }
    if (output.claimName() != null && output.storageClassName() != null) {
      problems.add(
          new Problem(
              OUTPUT + ".storageClassName",
              "without effect on the existing claim " + output.claimName(),
              "remove one of them"));
    }
    DataVolume data = spec.data().volume();
    if (data != null) {
      dataVolume(data, output, problems);
    }
    return problems;
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
