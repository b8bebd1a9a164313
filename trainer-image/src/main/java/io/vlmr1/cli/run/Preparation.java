package io.vlmr1.cli.run;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.Dataset;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can be known to be wrong before a process starts is said here, all at once. */
final class Preparation {
  private Preparation() {}

  /** The job of a file, when none of the rules objects. */
  static GrpoJob read(Path file) {
    GrpoJob job = JobFile.read(file);
    List<Problem> problems = JobRules.problems(job);
    if (!problems.isEmpty()) {
      throw new VlmR1Exception(ExitCode.BAD_SPEC, lines(problems.stream().map(Problem::toString)));
    }
    return job;
  }

  /** Model and data sets are where the spec says. */
  static void check(RunSettings settings) {
    Path model = settings.resolve(settings.spec().model().source());
    if (!Files.exists(model.resolve("config.json"))) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          "spec.model.source: "
              + (Files.isDirectory(model)
                  ? model + " holds no config.json"
                  : model + " is no folder")
              + "; give the folder of a Hugging Face model, absolute or below "
              + settings.data());
    }
    List<String> problems =
        Stream.concat(
                settings.spec().data().datasets().stream()
                    .map(dataset -> missing(settings, "spec.data.datasets", dataset)),
                settings.spec().evaluations().stream()
                    .map(evaluation -> missing(settings, evaluation)))
            .filter(problem -> !problem.isEmpty())
            .toList();
    if (!problems.isEmpty()) {
      throw new VlmR1Exception(ExitCode.BAD_DATA, lines(problems.stream()));
    }
  }

  /**
   * Puts the job's file into the output folder, where the workers read it. A folder that holds
   * another job's run is refused: its checkpoints would be taken for this one's.
   */
  static void layOut(RunSettings settings) {
    Path file = settings.output().jobFile();
    String yaml = JobFile.write(settings.job());
    try {
      Files.createDirectories(settings.output().root());
      if (Files.exists(file) && !sameTraining(Files.readString(file), settings.job())) {
        throw new VlmR1Exception(
            ExitCode.BAD_SPEC,
            file
                + ": this folder holds a run of another spec; give another --output, or the spec of"
                + " that file");
      }
      Path partial = file.resolveSibling(".grpojob.yaml.partial");
      Files.writeString(partial, yaml);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw notWritable(settings.output().root(), e);
    }
  }

  /** One runner a folder: held until the returned channel is closed. */
  static FileChannel lock(Path output) {
    Path file = output.resolve(".run.lock");
    try {
      Files.createDirectories(output);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      @Nullable FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new VlmR1Exception(
            ExitCode.OUTPUT_VOLUME,
            output + ": another vlmr1 run writes here; wait for it, or give another --output");
      }
      return channel;
    } catch (IOException e) {
      throw notWritable(output, e);
    }
  }

  static VlmR1Exception notWritable(Path folder, IOException cause) {
    return new VlmR1Exception(
        ExitCode.OUTPUT_VOLUME,
        folder + ": " + cause + "; give the output folder space and write permission",
        cause);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  /**
   * What makes checkpoints of one run useless to another; where it runs and how it restarts may
   * change.
   */
  private static boolean sameTraining(String old, GrpoJob job) {
    GrpoJob before = JobFile.parse("grpojob.yaml", old);
    return before.getSpec().model().equals(job.getSpec().model())
        && before.getSpec().method() == job.getSpec().method()
        && before.getSpec().data().equals(job.getSpec().data())
        && before.getSpec().grpo().equals(job.getSpec().grpo())
        && before.getSpec().optimizer().equals(job.getSpec().optimizer())
        && before.getSpec().training().equals(job.getSpec().training())
        && before.getSpec().rewards().equals(job.getSpec().rewards())
        && before.getSpec().worldSize() == job.getSpec().worldSize();
  }

  private static String missing(RunSettings settings, Evaluation evaluation) {
    return missing(
        settings, "spec.evaluations[" + evaluation.name() + "].dataset", evaluation.dataset());
  }

  private static String missing(RunSettings settings, String field, Dataset dataset) {
    Path path = settings.resolve(dataset.path());
    return Files.exists(path)
        ? ""
        : field
            + "["
            + dataset.name()
            + "].path: "
            + path
            + " is not there; give a data file, absolute or below "
            + settings.data();
  }

  private static String lines(Stream<String> problems) {
    return String.join("\n", problems.toList());
  }
}
