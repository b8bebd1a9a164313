package io.vlmr1.reward.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.reward.Completion;
import io.vlmr1.reward.Reward;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores from an HTTP endpoint: one request for a batch. It takes {"reward", "items": [{"text",
 * "tokens", "id", "problem", "solution", "images", "columns"}]} and answers {"scores": [number,
 * null, or {"score", "reason"}]}, one an item in their order.
 */
public final class HttpReward implements Reward {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String name;
  private final Endpoint endpoint;
  private final Duration limit;

  HttpReward(String name, Endpoint.Address address, CircuitBreaker breaker) {
    this.name = name;
    this.endpoint = new Endpoint(address, breaker);
    this.limit = address.patience().plusSeconds(5);
  }

  /** The endpoint that an entry of the spec names. */
  public static HttpReward of(RewardContext context) {
    return new HttpReward(
        context.spec().name(), RemoteOptions.address(context, ""), RemoteOptions.breaker());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Duration limit() {
    return limit;
  }

  @Override
  public boolean batched() {
    return true;
  }

  @Override
  public Score score(Completion completion) {
    return scores(List.of(completion)).get(0);
  }

  @Override
  public List<Score> scores(List<Completion> completions) {
    try {
      JsonNode scores = endpoint.post(request(completions)).path("scores");
      if (!scores.isArray() || scores.size() != completions.size()) {
        return failures(
            completions.size(),
            "the answer has no list \"scores\" of " + completions.size() + " items");
      }
      List<Score> result = new ArrayList<>();
      scores.forEach(score -> result.add(score(score)));
      return result;
    } catch (RemoteTrouble e) {
      return failures(completions.size(), e.getMessage() + "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failures(completions.size(), "given up, the time was over");
    }
  }

  private static List<Score> failures(int count, String reason) {
    return java.util.Collections.nCopies(count, Score.failure(reason));
  }

  private static Score score(JsonNode answer) {
    JsonNode value = answer.isObject() ? answer.path("score") : answer;
    String reason = answer.path("reason").asText("");
    String words = reason.isBlank() ? "as the endpoint says" : reason;
    if (value.isNull()) {
      return Score.notApplicable(words);
    }
    boolean sound = value.isNumber() && Double.isFinite(value.doubleValue());
    return sound
        ? Score.of(value.doubleValue(), words)
        : Score.failure("the endpoint's score is no number");
  }

  private ObjectNode request(List<Completion> completions) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("reward", name);
    var items = request.putArray("items");
    for (Completion completion : completions) {
      ObjectNode item = items.addObject();
      item.put("text", completion.text());
      item.put("tokens", completion.tokens());
      item.put("id", completion.row().id());
      item.put("problem", completion.row().problem());
      item.put("solution", completion.row().solution());
      var images = item.putArray("images");
      completion.row().images().forEach(image -> images.add(image.toString()));
      item.set("columns", MAPPER.valueToTree(completion.row().columns()));
    }
    return request;
  }
}
