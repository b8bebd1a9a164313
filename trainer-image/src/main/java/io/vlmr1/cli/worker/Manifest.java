package io.vlmr1.cli.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.cli.Versions;
import io.vlmr1.data.DataScan;
import io.vlmr1.data.DataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * manifest.json: everything that a run must be given to be repeated bit for bit: the job with all
 * defaults, hashes of data and model, versions, seed, processes and threads.
 */
final class Manifest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Larger files of a model are told by their size: hashing them would hold up every start. */
  private static final long HASHED = 32L << 20;

  private Manifest() {}

  /** Writes the manifest of a run. */
  static void write(WorkerSettings settings, Lesson lesson) {
    Path file = settings.output().manifest();
    try {
      Files.createDirectories(settings.output().root());
      JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), content(settings, lesson));
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.OUTPUT_VOLUME,
          file + ": " + e + "; give the output volume space and write permission",
          e);
    }
  }

  private static Map<String, Object> content(WorkerSettings settings, Lesson lesson)
      throws IOException {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("job", JobFile.write(settings.job()));
    manifest.put("dataRoot", settings.data().toString());
    manifest.put("seed", settings.spec().training().seed());
    manifest.put("processes", settings.rendezvous().size());
    manifest.put("threads", settings.threads());
    manifest.put("steps", lesson.steps());
    manifest.put("rows", lesson.data().size());
    manifest.put("rowsDropped", lesson.data().dropped());
    Map<String, String> data = new LinkedHashMap<>(hashes(lesson.data()));
    lesson.validation().ifPresent(held -> data.putAll(hashes(held)));
    manifest.put("dataSha256", data);
    manifest.put("model", model(settings.startingModel()));
    manifest.put("versions", Versions.all());
    manifest.put(
        "machine",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores");
    return manifest;
  }

  private static Map<String, String> hashes(DataSet data) {
    Map<String, String> hashes = new LinkedHashMap<>();
    data.hashes().forEach((file, hash) -> hashes.put(file.toString(), hash));
    return hashes;
  }

  private static Map<String, String> model(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        long size = Files.size(file);
        files.put(
            String.valueOf(file.getFileName()),
            size <= HASHED ? "sha256 " + DataScan.sha256(file) : size + " bytes");
      }
    }
    return files;
  }
}
