package io.vlmr1.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  @TempDir Path folder;

  @Test
  void neverEvaluatesWhatAUserWrote() {
    String question = "{{ 7 * 7 }} {% for x in [1] %}x{% endfor %} {# no #} {{ messages }}";

    String prompt =
        ChatTemplate.of(ChatTemplate.QWEN_DEFAULT).render(List.of(Message.user(1, question)));

    assertThat(prompt)
        .isEqualTo(
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
                + "<|vision_start|><|image_pad|><|vision_end|>"
                + question
                + "<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void keepsTheSystemMessageThatIsGiven() {
    Message system = new Message("system", List.of(new Message.Part.Text("Be brief.")));

    String prompt =
        ChatTemplate.of(ChatTemplate.QWEN_DEFAULT)
            .render(List.of(system, Message.user(0, "Why?")), false);

    assertThat(prompt)
        .isEqualTo("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n");
  }

  @Test
  void fallsBackToQwensTemplateWhenAFolderShipsNone() {
    assertThat(ChatTemplate.open(folder).render(List.of(Message.user(0, "Hi"))))
        .startsWith("<|im_start|>system\nYou are a helpful assistant.");
  }

  @Test
  void prefersTheJinjaFileOverTheOthers() throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), "jinja {{ eos_token }}\n");
    Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": \"json\"}");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"chat_template\": \"config\", \"eos_token\": {\"content\": \"<end>\"}}");

    assertThat(ChatTemplate.open(folder).render(List.of())).isEqualTo("jinja <end>");
  }

  @Test
  void stripsBlanksBeforeBlocksAsTransformersDoes() {
    ChatTemplate template =
        ChatTemplate.of(
            "{% for m in messages %}\n    {% if m.role %}\n{{ m.role }};\n    {% endif %}\n{% endfor %}");

    assertThat(template.render(List.of(Message.user(0, "x"), Message.user(0, "y"))))
        .isEqualTo("user;\nuser;\n");
  }

  @Test
  void passesOnWhatATemplateRefuses() {
    ChatTemplate template = ChatTemplate.of("{{ raise_exception('roles must alternate') }}");

    assertThatThrownBy(() -> template.render(List.of()))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("roles must alternate");
  }

  @Test
  void namesTheFileThatIsBroken() throws IOException {
    Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": ");

    assertThatThrownBy(() -> ChatTemplate.open(folder))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining(folder.resolve("chat_template.json").toString())
        .hasMessageContaining("not JSON");
  }
}
