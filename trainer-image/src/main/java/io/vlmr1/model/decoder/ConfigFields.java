package io.vlmr1.model.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.nn.Activation;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fields of a config.json by name: those of an object, else those of another. Errors name the file
 * and the field.
 *
 * @param folder of the file
 * @param place of the object in it, as messages say it: empty or ending in a dot
 * @param first where a field is looked for
 * @param second where it is looked for when the first has none
 */
public record ConfigFields(Path folder, String place, JsonNode first, JsonNode second) {

  /** Fields on top, else those nested in an object. */
  public static ConfigFields ofTop(ModelFamily.Source source, String nested) {
    return new ConfigFields(source.folder(), "", source.config(), source.config().path(nested));
  }

  /** Fields of a nested object only. */
  public static ConfigFields ofNested(ModelFamily.Source source, String nested) {
    return new ConfigFields(
        source.folder(), nested + ".", source.config().path(nested), MissingNode.getInstance());
  }

  /** A field; a missing node when neither has it. */
  public JsonNode field(String name) {
    return first.hasNonNull(name) ? first.path(name) : second.path(name);
  }

  /** A size that must be there. */
  public int number(String name) {
    JsonNode value = field(name);
    if (!value.isIntegralNumber() || value.asInt() < 0) {
      throw wrong(name, value.isMissingNode() ? "is missing" : "is " + value + ", not a size");
    }
    return value.asInt();
  }

  /** A size. */
  public int number(String name, int otherwise) {
    return field(name).isIntegralNumber() ? number(name) : otherwise;
  }

  /** A size that may be written as a list of two equal ones. */
  public int side(String name) {
    JsonNode value = field(name);
    if (!value.isArray()) {
      return number(name);
    }
    if (value.size() != 2 || value.get(0).asInt() != value.get(1).asInt()) {
      throw wrong(name, "is " + value + "; only squares are supported");
    }
    return value.get(0).asInt();
  }

  /** A number that must be there. */
  public double real(String name) {
    JsonNode value = field(name);
    if (!value.isNumber()) {
      throw wrong(name, value.isMissingNode() ? "is missing" : "is " + value + ", not a number");
    }
    return value.asDouble();
  }

  /** A number. */
  public double real(String name, double otherwise) {
    return field(name).asDouble(otherwise);
  }

  /** A truth value. */
  public boolean flag(String name, boolean otherwise) {
    return field(name).asBoolean(otherwise);
  }

  /** Ids given as one number or as a list. */
  public Set<Integer> ids(String name) {
    return ids(field(name));
  }

  static Set<Integer> ids(JsonNode field) {
    Set<Integer> ids = new TreeSet<>();
    if (field.isArray()) {
      field.forEach(id -> ids.add(id.asInt()));
    } else if (field.isNumber()) {
      ids.add(field.asInt());
    }
    return ids;
  }

  /** A known activation. */
  public Activation activation(String name, Activation otherwise) {
    JsonNode value = field(name);
    return value.isMissingNode()
        ? otherwise
        : Activation.named(value.asText())
            .orElseThrow(() -> wrong(name, "is " + value + ", which is not supported"));
  }

  /** Refuses what this engine does not compute. */
  public void require(String name, String only) {
    JsonNode value = field(name);
    if (!value.isMissingNode() && !value.asText().equals(only)) {
      throw wrong(name, "is " + value + "; only " + only + " is supported");
    }
  }

  /** What to throw about a field. */
  public VlmR1Exception wrong(String name, String what) {
    return new VlmR1Exception(
        ExitCode.BAD_MODEL,
        "%s: %s%s %s; take the model's own config.json"
            .formatted(folder.resolve("config.json"), place, name, what));
  }
}
