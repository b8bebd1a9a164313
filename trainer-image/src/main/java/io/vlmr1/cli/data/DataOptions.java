package io.vlmr1.cli.data;

import io.vlmr1.api.v1alpha1.Dataset;
import io.vlmr1.cli.run.HubSource;
import io.vlmr1.cli.run.JobOptions;
import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.cli.worker.JobRows;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which job's data, and where its index is. */
final class DataOptions {
  @Mixin private JobOptions job = new JobOptions();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "the run's output folder, where the index is kept for its training (default:"
              + " vlmr1-output/NAME-OF-JOB)")
  @Nullable Path output;

  RunSettings settings() {
    return HubSource.fetched(job.settings(output), System.getenv(), System.err::println);
  }

  static JobRows open(RunSettings settings) {
    return JobRows.open(settings.job(), settings.data(), settings.output());
  }

  static List<Dataset> all(RunSettings settings) {
    return Stream.concat(
            settings.spec().data().datasets().stream(),
            settings.spec().data().validation().stream())
        .toList();
  }
}
