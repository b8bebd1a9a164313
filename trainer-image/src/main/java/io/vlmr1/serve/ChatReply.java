package io.vlmr1.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the chat API answers, as JSON.
 *
 * @param id of the answer
 * @param model its name
 * @param created in seconds since 1970
 */
record ChatReply(String id, String model, long created) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The answer as one object. */
  String whole(ChatEngine.Answer answer) {
    Map<String, Object> choice = new LinkedHashMap<>();
    choice.put("index", 0);
    choice.put("message", Map.of("role", "assistant", "content", answer.text()));
    choice.put("finish_reason", finish(answer));
    Map<String, Object> all = head("chat.completion");
    all.put("choices", List.of(choice));
    all.put("usage", usage(answer));
    return json(all);
  }

  /** An event of a streamed answer: the role first, then pieces of text. */
  String event(Map<String, Object> delta, @Nullable String finish) {
    Map<String, Object> choice = new LinkedHashMap<>();
    choice.put("index", 0);
    choice.put("delta", delta);
    choice.put("finish_reason", finish);
    Map<String, Object> all = head("chat.completion.chunk");
    all.put("choices", List.of(choice));
    return "data: " + json(all) + "\n\n";
  }

  /** The event with the numbers of tokens. */
  String usageEvent(ChatEngine.Answer answer) {
    Map<String, Object> all = head("chat.completion.chunk");
    all.put("choices", List.of());
    all.put("usage", usage(answer));
    return "data: " + json(all) + "\n\n";
  }

  static String finish(ChatEngine.Answer answer) {
    return answer.truncated() ? "length" : "stop";
  }

  /** The list of the only model. */
  static String models(String name) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("id", name);
    one.put("object", "model");
    one.put("owned_by", "vlmr1");
    return json(Map.of("object", "list", "data", List.of(one)));
  }

  /** An error in the API's form. */
  static String error(String message, String type) {
    return json(Map.of("error", Map.of("message", message, "type", type)));
  }

  private Map<String, Object> head(String kind) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("id", id);
    all.put("object", kind);
    all.put("created", created);
    all.put("model", model);
    return all;
  }

  private static Map<String, Object> usage(ChatEngine.Answer answer) {
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("prompt_tokens", answer.promptTokens());
    usage.put("completion_tokens", answer.tokens());
    usage.put("total_tokens", answer.promptTokens() + answer.tokens());
    return usage;
  }

  private static String json(Map<String, Object> value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
