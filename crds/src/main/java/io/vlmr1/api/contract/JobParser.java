package io.vlmr1.api.contract;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a GrpoJob and collects everything that does not fit, with its place. */
final class JobParser extends DeserializationProblemHandler {
  private final String file;
  private final List<String> lines = new ArrayList<>();

  JobParser(String file) {
    this.file = file;
  }

  GrpoJob parse(String yaml) {
    GrpoJob job = null;
    try (JsonParser parser = mapper().createParser(yaml)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JobFileException(
            file + ":1:1: no GrpoJob here; start with apiVersion: " + GrpoJob.API_VERSION, null);
      }
      job = mapper().readValue(parser, GrpoJob.class);
      if (parser.nextToken() != null) {
        add(parser.currentTokenLocation(), "a second document; keep one GrpoJob a file");
      }
    } catch (JsonMappingException e) {
      add(location(e), path(e) + ": " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      add(e.getLocation(), firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (job != null) {
      checkHead(job);
    }
    if (job == null || !lines.isEmpty()) {
      throw new JobFileException(lines);
    }
    return job;
  }

  static String write(GrpoJob job) {
    GrpoJob copy = new GrpoJob();
    copy.setMetadata(job.getMetadata());
    copy.setSpec(job.getSpec());
    try {
      return YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build()
          .writeValueAsString(copy);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectMapper mapper() {
    ObjectMapper mapper =
        YAMLMapper.builder(
                YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            // 1e-6 is a number in YAML 1.2 and for Kubernetes, but a string for this parser
            .withCoercionConfig(
                LogicalType.Float,
                c -> c.setCoercion(CoercionInputShape.String, CoercionAction.TryConvert))
            .addHandler(this)
            .build();
    return mapper;
  }

  private void checkHead(GrpoJob job) {
    if (!GrpoJob.API_VERSION.equals(job.getApiVersion()) || !GrpoJob.KIND.equals(job.getKind())) {
      lines.add(
          0,
          String.format(
              "%s:1:1: a %s of %s; this reads a %s of %s",
              file, job.getKind(), job.getApiVersion(), GrpoJob.KIND, GrpoJob.API_VERSION));
    }
  }

  @Override
  public boolean handleUnknownProperty(
      DeserializationContext context,
      JsonParser parser,
      JsonDeserializer<?> deserializer,
      Object target,
      String name)
      throws IOException {
    Collection<Object> known = deserializer.getKnownPropertyNames();
    add(
        parser.currentTokenLocation(),
        path(parser.getParsingContext()) + ": unknown field; " + suggestion(name, known));
    parser.skipChildren();
    return true;
  }

  @Override
  public @Nullable Object handleWeirdStringValue(
      DeserializationContext context, Class<?> type, String value, String failure) {
    JsonParser parser = context.getParser();
    add(
        parser.currentTokenLocation(),
        String.format(
            "%s: \"%s\" is not %s", path(parser.getParsingContext()), value, expected(type)));
    return null;
  }

  @Override
  public @Nullable Object handleUnexpectedToken(
      DeserializationContext context,
      JavaType type,
      JsonToken token,
      JsonParser parser,
      @Nullable String failure)
      throws IOException {
    String found =
        switch (token) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "a list";
          default -> "\"" + parser.getText() + "\"";
        };
    add(
        parser.currentTokenLocation(),
        String.format(
            "%s: %s is not %s",
            path(parser.getParsingContext()), found, expected(type.getRawClass())));
    parser.skipChildren();
    return null;
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return "one of " + String.join(", ", names(type));
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    if (type == Integer.class || type == Long.class || type == int.class) {
      return "a whole number";
    }
    if (Number.class.isAssignableFrom(type) || type == double.class) {
      return "a number";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return type == String.class ? "a text" : "an object with the fields of " + type.getSimpleName();
  }

  /** The names that an enum's constants have in YAML. */
  private static List<String> names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> Json.write(constant).replace("\"", ""))
        .toList();
  }

  private static String suggestion(String name, @Nullable Collection<Object> known) {
    if (known == null || known.isEmpty()) {
      return "remove it";
    }
    String asked = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .map(Object::toString)
        .filter(k -> distance(asked, k.toLowerCase(Locale.ROOT)) <= Math.max(1, name.length() / 4))
        .findFirst()
        .map(k -> "write " + k)
        .orElseGet(
            () ->
                "known here: "
                    + String.join(", ", known.stream().map(Object::toString).sorted().toList()));
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private void add(@Nullable JsonLocation at, String problem) {
    int line = at == null ? 1 : Math.max(1, at.getLineNr());
    int column = at == null ? 1 : Math.max(1, at.getColumnNr());
    lines.add(String.format("%s:%d:%d: %s", file, line, column, problem));
  }

  private static @Nullable JsonLocation location(JsonMappingException e) {
    return e.getLocation();
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      path.append(
          step.getFieldName() == null
              ? "[" + step.getIndex() + "]"
              : (path.isEmpty() ? "" : ".") + step.getFieldName());
    }
    return path.toString();
  }

  /** A context as a field path, for example spec.rewards[0].weight. */
  private static String path(JsonStreamContext context) {
    if (context.inRoot()) {
      return "";
    }
    String parent = context.getParent() == null ? "" : path(context.getParent());
    if (context.inArray()) {
      return parent + "[" + context.getCurrentIndex() + "]";
    }
    String name = context.getCurrentName();
    return name == null ? parent : parent.isEmpty() ? name : parent + "." + name;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("not YAML") + "; correct the YAML here";
  }
}
