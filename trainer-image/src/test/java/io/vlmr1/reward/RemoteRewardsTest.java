package io.vlmr1.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Judge and endpoint against a real server that is slow, drops connections and answers nonsense.
 */
class RemoteRewardsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void asksTheJudgeAsVlmR1DoesAndReadsItsVerdicts() throws Exception {
    for (JsonNode row : ReferenceFolder.lines("rewards/llm.jsonl")) {
      JsonNode reply = row.get("extra").get("judge_reply");
      try (LocalServer server = judge(reply)) {
        String completion = row.get("completion").asText();
        String solution = row.get("solution").asText();

        Score ours = judged(server, false).score(completion(completion, solution, "llm"));
        Score original = judged(server, true).score(completion(completion, solution, "llm"));

        JsonNode expected = row.get("expected");
        JsonNode theirs = row.has("expected_original") ? row.get("expected_original") : expected;
        assertThat(ours.value().orElse(Double.NaN)).as("%s", row).isEqualTo(expected.asDouble());
        assertThat(original.value().isPresent()).as("%s", row).isEqualTo(!theirs.isNull());
        original
            .value()
            .ifPresent(value -> assertThat(value).isCloseTo(theirs.asDouble(), within(1e-6)));
        assertThat(JSON.readTree(server.bodies().get(server.bodies().size() - 1)))
            .isEqualTo(request(row));
      }
    }
  }

  private static JsonNode request(JsonNode row) {
    ObjectNode request = (ObjectNode) ReferenceFolder.json("rewards/llm_request.json");
    ObjectNode message = (ObjectNode) request.get("messages").get(1);
    message.put(
        "content",
        message
            .get("content")
            .asText()
            .replace("STUDENT", row.get("extra").get("student").asText())
            .replace("TRUTH", row.get("extra").get("truth").asText()));
    return request;
  }

  private static LocalServer judge(JsonNode reply) throws IOException {
    return new LocalServer(
        (exchange, body) -> {
          if (reply.isNull()) {
            LocalServer.say(exchange, 500, "no judge");
            return;
          }
          ObjectNode answer = JSON.createObjectNode();
          answer.putArray("choices").addObject().putObject("message").set("content", reply);
          LocalServer.say(exchange, 200, answer.toString());
        });
  }

  private static Reward judged(LocalServer server, boolean parity) {
    return reward(
        new RewardSpec(
            "accuracy",
            1.0,
            null,
            null,
            parity,
            server.url("/v1"),
            "qwen2.5:7b",
            null,
            5.0,
            0,
            null),
        Map.of());
  }

  @Test
  void goesOnAndCountsWhenTheEndpointIsSlowDropsOrTalksNonsense() throws Exception {
    List<Completion> two =
        List.of(completion("a", "b", "default"), completion("c", "d", "default"));
    try (LocalServer server =
        new LocalServer(
            (exchange, body) -> LocalServer.say(exchange, 200, "{\"scores\": [1, 0.5]}"))) {
      Reward http = http(server, 0);
      assertThat(http.scores(two))
          .extracting(score -> score.value().orElse(-1))
          .containsExactly(1.0, 0.5);

      for (String nonsense :
          List.of(
              "", "<html>", "{}", "[1, 2]", "{\"scores\": [1]}", "{\"scores\": [NaN, \"x\"]}")) {
        Reward fresh = http(server, 0);
        server.behaves((exchange, body) -> LocalServer.say(exchange, 200, nonsense));
        assertThat(fresh.scores(two)).as(nonsense).hasSize(2).allMatch(Score::failed);
      }
      server.behaves((exchange, body) -> LocalServer.say(exchange, 503, "later"));
      assertThat(http(server, 0).scores(two)).allMatch(Score::failed);
      server.behaves((exchange, body) -> exchange.close());
      assertThat(http(server, 0).scores(two)).allMatch(Score::failed);
      server.behaves((exchange, body) -> server.hang());
      assertThat(http(server, 0).scores(two))
          .allMatch(Score::failed)
          .allSatisfy(score -> assertThat(score.reason()).contains("no answer within"));
    }
  }

  @Test
  void sendsWhateverTheModelWrote() throws Exception {
    List<String> hostile =
        List.of("\ud800", "a\udc00b", "\u0000\u0007", "[".repeat(100_000), "x".repeat(1 << 20), "");
    try (LocalServer scorer =
            new LocalServer(
                (exchange, body) -> LocalServer.say(exchange, 200, "{\"scores\": [1]}"));
        LocalServer judge = judge(JSON.getNodeFactory().textNode("1.0"))) {
      for (String text : hostile) {
        Score scored = http(scorer, 0).score(completion(text, "b", "default"));
        Score judged = judged(judge, false).score(completion(text, "b", "llm"));

        assertThat(List.of(scored, judged))
            .allSatisfy(score -> assertThat(score.reason()).isNotBlank())
            .allSatisfy(score -> assertThat(score.value()).hasValue(1));
      }
      for (String body : scorer.bodies()) {
        assertThat(JSON.readTree(body).get("items")).hasSize(1);
      }
    }
  }

  @Test
  void triesAgainAfterAFailure() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (LocalServer server =
        new LocalServer(
            (exchange, body) -> {
              boolean first = requests.incrementAndGet() == 1;
              LocalServer.say(
                  exchange,
                  first ? 500 : 200,
                  "{\"scores\": [{\"score\": 0.25, \"reason\": \"calm\"}]}");
            })) {
      Score score = http(server, 1).score(completion("a", "b", "default"));

      assertThat(score.value()).hasValue(0.25);
      assertThat(score.reason()).isEqualTo("calm");
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void stopsAskingAServerThatFailsAgainAndAgain() throws Exception {
    try (LocalServer server =
        new LocalServer((exchange, body) -> LocalServer.say(exchange, 500, ""))) {
      Reward http = http(server, 0);
      for (int i = 0; i < 12; i++) {
        assertThat(http.score(completion("a", "b", "default")).failed()).isTrue();
      }

      assertThat(server.bodies()).hasSize(5);
      assertThat(http.score(completion("a", "b", "default")).reason()).contains("not asked");
    }
  }

  @Test
  void sendsTheKeyOfTheEnvironmentAndNeverShowsIt() throws Exception {
    try (LocalServer server =
        new LocalServer((exchange, body) -> LocalServer.say(exchange, 401, "no"))) {
      RewardSpec spec = spec("style", "http", server.url("/score"), 0, "STYLE_KEY");

      Score score =
          reward(spec, Map.of("STYLE_KEY", "s3cret")).score(completion("a", "b", "default"));

      assertThat(server.keys()).containsExactly("Bearer s3cret");
      assertThat(score.reason()).contains("status 401").doesNotContain("s3cret");
      assertThat(new RewardContext(Task.DEFAULT, "x").with(Map.of("K", "s3cret")).toString())
          .doesNotContain("s3cret");
      assertThatThrownBy(() -> reward(spec, Map.of()))
          .isInstanceOf(VlmR1Exception.class)
          .hasMessageContaining("keyVariable: the environment has no STYLE_KEY");
    }
  }

  @Test
  void sendsTheRowWithItsColumns() throws Exception {
    try (LocalServer server =
        new LocalServer(
            (exchange, body) -> LocalServer.say(exchange, 200, "{\"scores\": [null]}"))) {
      Score score = http(server, 0).score(completion("a text", "b", "default"));

      JsonNode item = JSON.readTree(server.bodies().get(0)).get("items").get(0);
      assertThat(item.get("text").asText()).isEqualTo("a text");
      assertThat(item.get("columns").get("difficulty").asInt()).isEqualTo(3);
      assertThat(score.value()).isEmpty();
      assertThat(score.failed()).isFalse();
    }
  }

  private static Reward http(LocalServer server, int retries) {
    return reward(spec("style", "http", server.url("/score"), retries, null), Map.of());
  }

  private static RewardSpec spec(
      String name, String kind, String url, int retries, @Nullable String key) {
    return new RewardSpec(name, 1.0, kind, null, false, url, null, null, 0.7, retries, key);
  }

  private static Reward reward(RewardSpec spec, Map<String, String> environment) {
    RewardContext context = new RewardContext(Task.DEFAULT, "x").with(environment);
    return Rewards.of(List.of(spec), context).rewards().get(0);
  }

  private static Completion completion(String text, String solution, String method) {
    Row row =
        new Row(
            Path.of("d.jsonl"), 1, "7", "Q", solution, List.of(), method, Map.of("difficulty", 3));
    return new Completion(text, 10, row, List.of());
  }
}
