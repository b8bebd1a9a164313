package io.vlmr1.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import picocli.CommandLine.IVersionProvider;

/** What this build is made of: its own version, PyTorch's, DJL's, and the Java that runs it. */
public final class Versions implements IVersionProvider {

  /** Names and versions, as the build wrote them; `unbuilt` where Maven had no part in it. */
  public static Map<String, String> all() {
    Properties written = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      if (in != null) {
        written.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("versions.properties of the jar", e);
    }
    Map<String, String> versions = new TreeMap<>();
    written.forEach(
        (name, version) ->
            versions.put(
                name.toString(),
                version.toString().startsWith("${") ? "unbuilt" : version.toString()));
    versions.put("java", System.getProperty("java.version", "?"));
    return versions;
  }

  @Override
  public String[] getVersion() {
    return all().entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .toArray(String[]::new);
  }
}
