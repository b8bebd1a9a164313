package io.vlmr1.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.text.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Reads the body of {@code POST /v1/chat/completions}. Fields that would change the answer and are
 * not known here are refused, never ignored; pictures come inside of the request, for a server that
 * fetched addresses would reach what its clients may not.
 */
final class ChatRequest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ROLES = List.of("system", "user", "assistant");
  private static final int MOST_STOPS = 16;

  /** Fields with the only value that has no effect. */
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "n", "1",
          "logprobs", "false",
          "frequency_penalty", "0.0",
          "presence_penalty", "0.0",
          "tools", "[]",
          "functions", "[]",
          "logit_bias", "{}",
          "response_format", "{\"type\":\"text\"}");

  private final JsonNode body;
  private final int longest;
  private final List<Message> messages = new ArrayList<>();
  private final List<byte[]> pictures = new ArrayList<>();

  private ChatRequest(JsonNode body, int longest) {
    this.body = body;
    this.longest = longest;
  }

  /**
   * Reads a request.
   *
   * @param longest most tokens of an answer; also what is given to a request that names none
   * @throws BadRequest naming the field
   */
  static Question read(byte[] json, int longest) {
    JsonNode body;
    try {
      body = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new BadRequest("the body is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new BadRequest("the body cannot be read: " + e);
    }
    if (body == null || !body.isObject()) {
      throw new BadRequest("the body is no JSON object");
    }
    return new ChatRequest(body, longest).question();
  }

  private Question question() {
    WITHOUT_EFFECT.forEach(this::refuse);
    conversation();
    return new Question(
        messages, pictures, sampling(), maxNewTokens(), stops(), seed(), delivery());
  }

  private void refuse(String field, String only) {
    JsonNode value = body.path(field);
    boolean same =
        value.isNumber()
            ? value.asDouble() == Double.parseDouble(only.matches("[0-9.]+") ? only : "NaN")
            : value.toString().equals(only);
    if (!value.isMissingNode() && !value.isNull() && !same) {
      throw new BadRequest(field + ": " + value + " is not supported; leave it out");
    }
  }

  private void conversation() {
    JsonNode turns = body.path("messages");
    if (!turns.isArray() || turns.isEmpty()) {
      throw new BadRequest("messages: absent; give a list of turns");
    }
    for (int i = 0; i < turns.size(); i++) {
      String path = "messages[" + i + "]";
      String role = turns.get(i).path("role").asText();
      if (!ROLES.contains(role)) {
        throw new BadRequest(path + ".role: \"" + role + "\"; use one of " + ROLES);
      }
      messages.add(new Message(role, parts(path + ".content", turns.get(i).path("content"))));
    }
  }

  private List<Message.Part> parts(String path, JsonNode content) {
    if (content.isTextual()) {
      return List.of(new Message.Part.Text(content.asText()));
    }
    if (!content.isArray()) {
      throw new BadRequest(path + ": give a text, or a list of parts");
    }
    List<Message.Part> parts = new ArrayList<>();
    for (int i = 0; i < content.size(); i++) {
      parts.add(part(path + "[" + i + "]", content.get(i)));
    }
    return List.copyOf(parts);
  }

  private Message.Part part(String path, JsonNode part) {
    String type = part.path("type").asText();
    switch (type) {
      case "text" -> {
        if (!part.path("text").isTextual()) {
          throw new BadRequest(path + ".text: absent");
        }
        return new Message.Part.Text(part.path("text").asText());
      }
      case "image_url" -> {
        pictures.add(picture(path + ".image_url.url", part.path("image_url").path("url").asText()));
        return new Message.Part.Image();
      }
      default -> throw new BadRequest(path + ".type: \"" + type + "\"; use text or image_url");
    }
  }

  private static byte[] picture(String path, String url) {
    int comma = url.indexOf(',');
    if (!url.startsWith("data:image/")
        || comma < 0
        || !url.substring(0, comma).endsWith(";base64")) {
      throw new BadRequest(
          path
              + ": give the picture itself, as data:image/png;base64,…; addresses are not fetched");
    }
    try {
      return Base64.getMimeDecoder().decode(url.substring(comma + 1));
    } catch (IllegalArgumentException e) {
      throw new BadRequest(path + ": no base64: " + e.getMessage());
    }
  }

  private SamplingSpec sampling() {
    return new SamplingSpec(
        number("temperature", 1, 0, 100),
        (int) Math.max(0, whole("top_k", 0, -1, Integer.MAX_VALUE)), // -1 is vLLM's word for all
        positive("top_p", 1),
        number("min_p", 0, 0, 1),
        positive("repetition_penalty", 100));
  }

  private int maxNewTokens() {
    String field =
        body.hasNonNull("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    return (int) whole(field, longest, 1, longest);
  }

  private List<String> stops() {
    JsonNode stop = body.path("stop");
    List<String> all = new ArrayList<>();
    if (stop.isTextual()) {
      all.add(stop.asText());
    } else if (stop.isArray()) {
      stop.forEach(one -> all.add(one.asText()));
    }
    if (all.size() > MOST_STOPS) {
      throw new BadRequest("stop: " + all.size() + " texts; give at most " + MOST_STOPS);
    }
    return all;
  }

  private long seed() {
    return body.hasNonNull("seed")
        ? whole("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE)
        : ThreadLocalRandom.current().nextLong();
  }

  private Question.Delivery delivery() {
    if (!body.path("stream").asBoolean(false)) {
      return Question.Delivery.WHOLE;
    }
    return body.path("stream_options").path("include_usage").asBoolean(false)
        ? Question.Delivery.STREAMED_WITH_USAGE
        : Question.Delivery.STREAMED;
  }

  private double positive(String field, double most) {
    double value = number(field, 1, 0, most);
    if (value == 0) {
      throw new BadRequest(field + ": 0 leaves no token; give more, or leave it out");
    }
    return value;
  }

  private double number(String field, double absent, double least, double most) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return absent;
    }
    double given = value.asDouble(Double.NaN);
    if (!value.isNumber() || !(given >= least && given <= most)) {
      throw new BadRequest(field + ": " + value + "; give a number from " + least + " to " + most);
    }
    return given;
  }

  private long whole(String field, long absent, long least, long most) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return absent;
    }
    if (!value.canConvertToLong()
        || !value.isIntegralNumber()
        || value.asLong() < least
        || value.asLong() > most) {
      throw new BadRequest(
          field + ": " + value + "; give a whole number from " + least + " to " + most);
    }
    return value.asLong();
  }
}
