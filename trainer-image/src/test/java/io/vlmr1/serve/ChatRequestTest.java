package io.vlmr1.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.text.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client of OpenAI's API may send. */
class ChatRequestTest {
  private static final String HELLO =
      "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]";

  @Test
  void aQuestionWithAPictureAndEverySetting() {
    Question question =
        read(
            """
            {"model": "any", "user": "u", "n": 1, "logprobs": false, "presence_penalty": 0,
             "messages": [
              {"role": "system", "content": "short"},
              {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID"}},
                {"type": "text", "text": "where?"}]}],
             "temperature": 0.5, "top_p": 0.9, "top_k": 5, "min_p": 0.1,
             "repetition_penalty": 1.1, "max_completion_tokens": 7, "stop": ["a", "b"], "seed": 4,
             "stream": true, "stream_options": {"include_usage": true}}
            """);
    assertThat(question.messages())
        .containsExactly(
            new Message("system", List.of(new Message.Part.Text("short"))),
            new Message(
                "user", List.of(new Message.Part.Image(), new Message.Part.Text("where?"))));
    assertThat(question.pictures()).singleElement().isEqualTo(new byte[] {1, 2, 3});
    assertThat(question.sampling()).isEqualTo(new SamplingSpec(0.5, 5, 0.9, 0.1, 1.1));
    assertThat(question.maxNewTokens()).isEqualTo(7);
    assertThat(question.stops()).containsExactly("a", "b");
    assertThat(question.seed()).isEqualTo(4);
    assertThat(question.delivery()).isEqualTo(Question.Delivery.STREAMED_WITH_USAGE);
  }

  @Test
  void whatIsLeftOutHasTheApisDefaults() {
    Question question = read("{" + HELLO + ", \"top_k\": -1, \"stop\": null}");
    assertThat(question.sampling()).isEqualTo(new SamplingSpec(1.0, 0, 1.0, 0.0, 1.0));
    assertThat(question.maxNewTokens()).isEqualTo(64);
    assertThat(question.delivery()).isEqualTo(Question.Delivery.WHOLE);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hello                      | the body is no JSON",
        "[]                         | the body is no JSON object",
        "{}                         | messages: absent",
        "{\"messages\": []}          | messages: absent",
        "{\"messages\": [{\"role\": \"tool\"}]} | messages[0].role: \"tool\"; use one of",
        "{\"messages\": [{\"role\": \"user\"}]} | messages[0].content: give a text",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"audio\"}]}]} | messages[0].content[0].type: \"audio\"; use",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\": {\"url\": \"http://10.0.0.1/a.png\"}}]}]} | messages[0].content[0].image_url.url: give the picture itself",
        "{HELLO, \"n\": 2}          | n: 2 is not supported; leave it out",
        "{HELLO, \"tools\": [{}]}   | tools: [{}] is not supported",
        "{HELLO, \"logprobs\": true} | logprobs: true is not supported",
        "{HELLO, \"frequency_penalty\": 0.5} | frequency_penalty: 0.5 is not supported",
        "{HELLO, \"response_format\": {\"type\": \"json_object\"}} | response_format: ",
        "{HELLO, \"temperature\": -1} | temperature: -1; give a number from 0",
        "{HELLO, \"top_p\": 0}      | top_p: 0 leaves no token",
        "{HELLO, \"max_tokens\": 65} | max_tokens: 65; give a whole number from 1 to 64",
        "{HELLO, \"max_tokens\": 0}  | max_tokens: 0; give a whole number",
        "{HELLO, \"seed\": 1.5}     | seed: 1.5; give a whole number",
      })
  void whatCannotBeAnsweredIsRefusedWithItsField(String body, String words) {
    assertThatThrownBy(() -> read(body.replace("HELLO", HELLO)))
        .isInstanceOf(BadRequest.class)
        .hasMessageStartingWith(words);
  }

  private static Question read(String json) {
    return ChatRequest.read(json.getBytes(StandardCharsets.UTF_8), 64);
  }
}
