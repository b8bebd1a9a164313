package io.vlmr1.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One line of a JSON Lines file to a row, or to everything that is wrong with it. */
final class RowReader {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final TypeReference<Map<String, @Nullable Object>> COLUMNS =
      new TypeReference<>() {};
  private static final String IMAGE_MARK = "<image>";

  private final DataSource source;
  private final RowCheck check;

  RowReader(DataSource source, RowCheck check) {
    this.source = source;
    this.check = check;
  }

  /** The row of a line; empty when something was added to the problems. */
  Optional<Row> read(RawRows.Raw raw, List<String> problems, List<String> notes) {
    int line = raw.line();
    List<String> found = new ArrayList<>();
    Optional<Row> row = Optional.empty();
    try {
      JsonNode json = JSON.readTree(text(raw.bytes()));
      if (json.isObject()) {
        row = Optional.of(row(json, line, found));
        notes(json, row.get(), notes);
      } else {
        found.add("not a JSON object; write one object a line");
      }
    } catch (CharacterCodingException e) {
      found.add("not UTF-8; write the file in UTF-8");
    } catch (JsonProcessingException e) {
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      found.add("not JSON" + column + ": " + firstLine(e.getOriginalMessage()));
    }
    if (found.isEmpty() && row.isPresent()) {
      found.addAll(check.problems(row.get()));
    }
    found.forEach(problem -> problems.add(source.file() + ":" + line + ": " + problem));
    return found.isEmpty() ? row : Optional.empty();
  }

  /** What VLM-R1 accepts and what is rarely meant: pictures and marks that do not pair up. */
  private void notes(JsonNode json, Row row, List<String> notes) {
    String question = turn(json, "human", new ArrayList<>()).map(JsonNode::asText).orElse("");
    int marks = question.split(IMAGE_MARK, -1).length - 1;
    if (marks != row.images().size()) {
      notes.add(
          "%s:%d: %d images and %d times <image>; images stand before the text wherever <image> stood"
              .formatted(source.file(), row.line(), row.images().size(), marks));
    }
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes))
        .toString();
  }

  private Row row(JsonNode json, int line, List<String> found) {
    Map<String, @Nullable Object> columns = new LinkedHashMap<>(JSON.convertValue(json, COLUMNS));
    List.of("image", "conversations", "accu_reward_method", "problem", "solution")
        .forEach(columns::remove);
    Optional<JsonNode> question = turn(json, "human", found);
    List<Path> images = images(json.path("image"), found);
    return new Row(
        source.file(),
        line,
        json.path("id").asText(""),
        question.map(RowReader::problem).orElse(""),
        turn(json, "gpt", found).map(RowReader::solution).orElse(""),
        images,
        method(json.path("accu_reward_method"), found),
        columns);
  }

  private static Optional<JsonNode> turn(JsonNode json, String from, List<String> found) {
    JsonNode turns = json.path("conversations");
    JsonNode alone = json.path(from.equals("gpt") ? "solution" : "problem");
    if (turns.isMissingNode() && !alone.isMissingNode()) {
      return Optional.of(alone); // rows of VLM-R1's older loader
    }
    String what = from.equals("gpt") ? "answer" : "question";
    if (!turns.isArray()) {
      found.add("no " + what + ": conversations is not a list");
      return Optional.empty();
    }
    for (JsonNode turn : turns) {
      if (turn.path("from").asText().equals(from) && turn.has("value")) {
        return Optional.of(turn.get("value"));
      }
    }
    found.add("no " + what + ": conversations has no turn from " + from + " with a value");
    return Optional.empty();
  }

  private static String problem(JsonNode value) {
    return value.asText().replace(IMAGE_MARK, "");
  }

  private static String solution(JsonNode value) {
    String text =
        value.isTextual()
            ? Whitespace.strip(value.asText().replace("<answer>", "").replace("</answer>", ""))
            : AnswerText.of(value);
    return "<answer> " + text + " </answer>";
  }

  private List<Path> images(JsonNode image, List<String> found) {
    List<Path> paths = new ArrayList<>();
    if (image.isArray()) {
      image.forEach(one -> addImage(one, paths, found));
    } else if (!image.isMissingNode() && !image.isNull()) {
      addImage(image, paths, found);
    }
    return paths;
  }

  private void addImage(JsonNode image, List<Path> paths, List<String> found) {
    if (!image.isTextual()) {
      found.add("image is " + image + ", neither a text nor a list of texts");
      return;
    }
    try {
      Path path = source.images().resolve(image.asText()).toAbsolutePath().normalize();
      if (Files.isRegularFile(path)) {
        paths.add(path);
      } else {
        found.add(
            "image "
                + image
                + " is not in "
                + source.images()
                + "; name the folder that holds it in images of data set "
                + source.name());
      }
    } catch (InvalidPathException e) {
      found.add("image " + image + " is no file name: " + e.getReason());
    }
  }

  private String method(JsonNode own, List<String> found) {
    if (own.isMissingNode() || own.isNull()) {
      return source.rewardMethod();
    }
    if (!own.isTextual()) {
      found.add("accu_reward_method is " + own + ", not a text");
    }
    return own.asText();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
