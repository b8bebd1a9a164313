package io.vlmr1.api.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML to GrpoJob and back; everything that does not fit is told at once, with its place. */
final class JobParser {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** One for all jobs: a mapper spends most of its first write on finding out what to write. */
  private static final YAMLMapper WRITER =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  /** The core schema reads 1e-6 as a number, as Kubernetes does. */
  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setSchema(new CoreSchema()).setAllowDuplicateKeys(true).build();

  private final String file;

  JobParser(String file) {
    this.file = file;
  }

  GrpoJob parse(String yaml) {
    Node root = compose(yaml);
    checkHead(root);
    List<String> problems = new YamlShape(file, MAPPER).problems(root, GrpoJob.class);
    if (!problems.isEmpty()) {
      throw new JobFileException(problems);
    }
    Object plain = new StandardConstructor(SETTINGS).constructSingleDocument(Optional.of(root));
    try {
      return MAPPER.convertValue(plain, GrpoJob.class);
    } catch (IllegalArgumentException e) { // a value that its own type refuses, a quantity say
      throw new JobFileException(file + ": " + e.getMessage(), e);
    }
  }

  static String write(GrpoJob job) {
    GrpoJob copy = new GrpoJob();
    copy.setMetadata(job.getMetadata());
    copy.setSpec(job.getSpec());
    try {
      return WRITER.writeValueAsString(copy);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Node compose(String yaml) {
    Node first = null;
    try {
      for (Node document : new Compose(SETTINGS).composeAllFromString(yaml)) {
        if (first != null) {
          throw refused(document.getStartMark(), "a second document; keep one GrpoJob a file");
        }
        first = document;
      }
    } catch (MarkedYamlEngineException e) {
      throw refused(e.getProblemMark(), "not YAML: " + e.getProblem() + "; correct it here");
    } catch (YamlEngineException e) {
      throw refused(Optional.empty(), "not YAML: " + e.getMessage());
    }
    if (first == null) {
      throw refused(Optional.empty(), "empty; start with apiVersion: " + GrpoJob.API_VERSION);
    }
    return first;
  }

  private void checkHead(Node root) {
    String apiVersion = scalar(root, "apiVersion");
    String kind = scalar(root, "kind");
    if (!GrpoJob.API_VERSION.equals(apiVersion) || !GrpoJob.KIND.equals(kind)) {
      throw refused(
          root.getStartMark(),
          String.format(
              "apiVersion %s and kind %s; this takes apiVersion: %s and kind: %s",
              apiVersion, kind, GrpoJob.API_VERSION, GrpoJob.KIND));
    }
  }

  private static @Nullable String scalar(Node node, String key) {
    if (!(node instanceof MappingNode mapping)) {
      return null;
    }
    return mapping.getValue().stream()
        .filter(t -> t.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key))
        .map(t -> t.getValueNode() instanceof ScalarNode v ? v.getValue() : "(no text)")
        .findFirst()
        .orElse(null);
  }

  private JobFileException refused(Optional<Mark> at, String problem) {
    return new JobFileException(YamlShape.place(file, at) + ": " + problem, null);
  }
}
