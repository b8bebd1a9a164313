package io.vlmr1.reward.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.data.Whitespace;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.text.NumberEquality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A model behind an OpenAI-compatible chat API that says whether an answer is right. */
public final class ChatJudge {
  private static final int AT_ONCE = 8;

  /** As VLM-R1 asks; its spelling is part of the protocol. */
  private static final String TASK =
      "You are a evaluation expert. First, analyze the student's response to identify and extract"
          + " their final answer. Then, compare the extracted answer with the correct solution."
          + " Output ONLY '1.0' if the extracted answer matches the correct solution in meaning,"
          + " or '0.0' if the student's response does not contain a clear or correct answer. No"
          + " other output is allowed.";

  private final Endpoint endpoint;
  private final String model;
  private final Duration patience;

  ChatJudge(Endpoint.Address address, String model, CircuitBreaker breaker) {
    this.endpoint = new Endpoint(address, breaker);
    this.model = model;
    this.patience = address.patience();
  }

  /** The judge that an entry of the spec names: `url` is the API's, up to and with /v1. */
  public static ChatJudge of(RewardContext context) {
    return new ChatJudge(
        RemoteOptions.address(context, "/chat/completions"),
        Objects.requireNonNullElse(context.spec().model(), ""),
        RemoteOptions.breaker());
  }

  /** A question of the judge. */
  public record Question(String student, String truth) {}

  /**
   * What it says.
   *
   * @param verdict any number that it wrote; empty when there is none
   * @param reason why there is none, else its words
   */
  public record Verdict(OptionalDouble verdict, String reason) {
    /** Whether the verdict is a share of 1; NaN and others are failures of the judge. */
    public boolean sound() {
      return verdict.isPresent() && verdict.getAsDouble() >= 0 && verdict.getAsDouble() <= 1;
    }
  }

  /** The longest that so many questions can take. */
  public Duration patience(int questions) {
    return patience.multipliedBy(1 + Math.max(0, questions - 1) / AT_ONCE).plusSeconds(5);
  }

  /** A verdict on each question, in order; several are asked at once. */
  public List<Verdict> ask(List<Question> questions) throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(AT_ONCE, Math.max(1, questions.size())),
            task -> {
              Thread thread = new Thread(task, "judge");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<Verdict>> pending = new ArrayList<>();
      questions.forEach(question -> pending.add(threads.submit(() -> ask(question))));
      List<Verdict> verdicts = new ArrayList<>();
      for (Future<Verdict> verdict : pending) {
        verdicts.add(verdict.get());
      }
      return verdicts;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** The verdict on one question. */
  public Verdict ask(Question question) throws InterruptedException {
    try {
      JsonNode content =
          endpoint.post(request(question)).path("choices").path(0).path("message").path("content");
      if (!content.isTextual()) {
        return new Verdict(OptionalDouble.empty(), "the judge's answer holds no text");
      }
      String words = Whitespace.strip(content.textValue());
      return new Verdict(NumberEquality.number(words), "the judge says " + shown(words));
    } catch (RemoteTrouble e) {
      return new Verdict(OptionalDouble.empty(), "the judge failed: " + e.getMessage());
    }
  }

  private static String shown(String words) {
    return io.vlmr1.reward.text.Tags.shown(words);
  }

  ObjectNode request(Question question) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("model", model);
    var messages = request.putArray("messages");
    messages.addObject().put("role", "user").put("content", TASK);
    messages
        .addObject()
        .put("role", "user")
        .put(
            "content",
            "Student's response: "
                + question.student
                + "\nCorrect solution: "
                + question.truth
                + "\nOutput only 1.0 or 0.0:");
    request.put("temperature", 0);
    return request;
  }
}
