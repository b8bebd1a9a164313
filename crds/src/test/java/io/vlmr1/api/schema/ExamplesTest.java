package io.vlmr1.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
  static List<Path> grpoJobs() {
    return Examples.files("grpojob*.yaml");
  }

  @Test
  void theLaptopsExampleIsThere() {
    assertThat(grpoJobs()).anyMatch(file -> file.endsWith("shapes/grpojob.yaml"));
  }

  @ParameterizedTest
  @MethodSource("grpoJobs")
  void everyExampleReadsAndHasNoProblem(Path file) {
    GrpoJob job = JobFile.read(file);
    assertThat(JobRules.problems(job)).as(file.toString()).isEmpty();
    assertThat(job.getSpec().evaluations()).as("an example shows what came of it").isNotEmpty();
  }

  @Test
  void chartAndExamplesNameTheImagesOfThisVersion() throws Exception {
    String pom = Files.readString(GeneratedFile.of("pom.xml", "none").file());
    Matcher version = Pattern.compile("<version>(.+?)</version>").matcher(pom);
    assertThat(version.find()).isTrue();
    assertThat(GeneratedFile.of("charts/vlm-r1-operator/Chart.yaml", "none").file())
        .content()
        .contains("appVersion: " + version.group(1) + "\n");
    assertThat(GeneratedFile.of("examples/shapes/cluster.yaml", "none").file())
        .content()
        .contains("image: cluster.local/vlmr1-trainer:" + version.group(1) + "\n");
  }
}
