package io.vlmr1.api.contract;

import io.vlmr1.api.v1alpha1.GrpoJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A GrpoJob in a YAML file. */
public final class JobFile {
  private JobFile() {}

  /**
   * Reads one GrpoJob.
   *
   * @throws JobFileException naming line and column of everything that is not of a GrpoJob's form
   */
  public static GrpoJob read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new JobFileException(file + ": no such file; give the path of a GrpoJob in YAML", e);
    } catch (IOException e) {
      throw new JobFileException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The same from a text.
   *
   * @param name stands for the file in messages
   */
  public static GrpoJob parse(String name, String yaml) {
    return new JobParser(name).parse(yaml);
  }

  /** The job as YAML that {@link #parse} takes, defaults filled in, status left out. */
  public static String write(GrpoJob job) {
    return JobParser.write(job);
  }
}
