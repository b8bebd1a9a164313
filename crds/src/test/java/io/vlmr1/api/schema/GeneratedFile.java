package io.vlmr1.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A committed file that is made from code.
 *
 * @param file from the project's root
 * @param property the system property that rewrites it
 */
record GeneratedFile(Path file, String property) {

  static GeneratedFile of(String file, String property) {
    return new GeneratedFile(
        Path.of(System.getProperty("root.dir", "..")).resolve(file).normalize(), property);
  }

  /** Rewrites the file when asked to; else fails when it differs. */
  void mustBe(String content) {
    try {
      if (System.getProperty(property) != null) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, content);
      }
      assertThat(Files.exists(file) ? Files.readString(file) : "(absent)")
          .as("%s is stale; run mvn -pl crds -am test -D%s", file, property)
          .isEqualTo(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
