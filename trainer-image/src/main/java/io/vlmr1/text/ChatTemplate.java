package io.vlmr1.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model's chat template (Jinja): a conversation to the text of a prompt. Text of the conversation
 * is data and is never evaluated, whatever braces it holds. Safe for use by several threads.
 */
public final class ChatTemplate {
  /** What Qwen2-VL and Qwen2.5-VL write, for folders that ship no template. */
  public static final String QWEN_DEFAULT =
      "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}"
          + "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
          + "<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}"
          + "{{ message['content'] }}{% else %}{% for part in message['content'] %}"
          + "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
          + "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n"
          + "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

  /**
   * Jinja's lstrip_blocks, which transformers sets: blanks before a block tag that starts a line.
   */
  private static final Pattern BLANKS_BEFORE_BLOCK = Pattern.compile("(?m)^[ \\t]+(?=\\{[%#])");

  /** Marks what the assistant wrote, for loss masks; transformers' own extension of Jinja. */
  private static final Pattern GENERATION_TAGS =
      Pattern.compile("\\{%-?\\s*(end)?generation\\s*-?%\\}");

  private static final Jinjava JINJAVA = jinjava();

  private final String source;
  private final String place;
  private final Map<String, String> specialTokens;

  private ChatTemplate(String source, String place, Map<String, String> specialTokens) {
    String text = BLANKS_BEFORE_BLOCK.matcher(source).replaceAll("");
    text = GENERATION_TAGS.matcher(text).replaceAll("");
    this.source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    this.place = place;
    this.specialTokens = specialTokens;
  }

  /**
   * The template of a model folder: `chat_template.jinja`, else `chat_template.json`, else that of
   * `tokenizer_config.json`, else {@link #QWEN_DEFAULT}.
   *
   * @throws VlmR1Exception BAD_MODEL, naming the file, when one of them is broken
   */
  public static ChatTemplate open(Path modelFolder) {
    Path tokenizerConfig = modelFolder.resolve("tokenizer_config.json");
    JsonNode config =
        Files.exists(tokenizerConfig) ? ModelJson.read(tokenizerConfig) : MissingNode.getInstance();
    Map<String, String> specialTokens = specialTokens(config);
    Path jinja = modelFolder.resolve("chat_template.jinja");
    if (Files.exists(jinja)) {
      return new ChatTemplate(text(jinja), jinja.toString(), specialTokens);
    }
    Path json = modelFolder.resolve("chat_template.json");
    if (Files.exists(json)) {
      String template =
          template(ModelJson.read(json).path("chat_template"))
              .orElseThrow(() -> bad(json + ": has no field chat_template", null));
      return new ChatTemplate(template, json.toString(), specialTokens);
    }
    return template(config.path("chat_template"))
        .map(template -> new ChatTemplate(template, tokenizerConfig.toString(), specialTokens))
        .orElseGet(() -> new ChatTemplate(QWEN_DEFAULT, "default chat template", specialTokens));
  }

  /** A template given as text; it knows no bos or eos token. */
  public static ChatTemplate of(String source) {
    return new ChatTemplate(source, "chat template", Map.of());
  }

  /** The prompt of a conversation, up to where the assistant's next turn begins. */
  public String render(List<Message> messages) {
    return render(messages, true);
  }

  /**
   * The text of a conversation.
   *
   * @param addGenerationPrompt whether the assistant's next turn is begun
   * @throws VlmR1Exception BAD_MODEL, naming the template, when it cannot be rendered
   */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    Map<String, Object> context = new LinkedHashMap<>(specialTokens);
    context.put("messages", messages.stream().map(ChatTemplate::plain).toList());
    context.put("add_generation_prompt", addGenerationPrompt);
    RenderResult result = JINJAVA.renderForResult(source, context);
    for (TemplateError error : result.getErrors()) {
      Throwable cause = error.getException();
      while (cause != null && cause.getCause() != null) {
        cause = cause.getCause(); // the library wraps what raise_exception says
      }
      String message = cause == null ? error.getMessage() : cause.getMessage();
      throw bad(place + ":" + error.getLineno() + ": " + message, error.getException());
    }
    return result.getOutput();
  }

  /** What templates raise to refuse a conversation; called by name from templates. */
  public static String raiseException(String message) {
    throw new InterpretException(message);
  }

  private static Map<String, Object> plain(Message message) {
    Object content =
        message.parts().size() == 1 && message.parts().get(0) instanceof Message.Part.Text text
            ? text.text()
            : message.parts().stream().map(ChatTemplate::plain).toList();
    return Map.of("role", message.role(), "content", content);
  }

  private static Map<String, Object> plain(Message.Part part) {
    return part instanceof Message.Part.Text text
        ? Map.of("type", "text", "text", text.text())
        : Map.of("type", "image");
  }

  /** A template field: text, or a list of named ones of which `default` counts. */
  private static Optional<String> template(JsonNode field) {
    if (field.isTextual()) {
      return Optional.of(field.asText());
    }
    for (JsonNode named : field) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> specialTokens(JsonNode config) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : List.of("bos_token", "eos_token", "pad_token", "unk_token")) {
      JsonNode token = config.path(name);
      JsonNode content = token.isObject() ? token.path("content") : token;
      if (content.isTextual()) {
        tokens.put(name, content.asText());
      }
    }
    return tokens;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw bad(file + ": not readable (" + e.getMessage() + ")", e);
    }
  }

  private static VlmR1Exception bad(String what, @Nullable Throwable cause) {
    return new VlmR1Exception(ExitCode.BAD_MODEL, what + "; mend the model's chat template", cause);
  }

  private static Jinjava jinjava() {
    LegacyOverrides asJinja2 =
        LegacyOverrides.newBuilder()
            .withUsePyishObjectMapper(true)
            .withUseNaturalOperatorPrecedence(true)
            .withEvaluateMapKeys(true)
            .withIterateOverMapKeys(true)
            .withParseWhitespaceControlStrictly(true)
            .withHandleBackslashInQuotesOnly(true)
            .withKeepNullableLoopValues(true)
            .withAllowAdjacentTextNodes(true)
            .withUseTrimmingForNotesAndExpressions(true)
            .build();
    Jinjava jinjava =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(false)
                .withNestedInterpretationEnabled(false)
                .withKeepTrailingNewline(true)
                .withFailOnUnknownTokens(false)
                .withLegacyOverrides(asJinja2)
                .build());
    jinjava
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "raise_exception", ChatTemplate.class, "raiseException", String.class));
    return jinjava;
  }
}
