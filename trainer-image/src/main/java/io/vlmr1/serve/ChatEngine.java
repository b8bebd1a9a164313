package io.vlmr1.serve;

import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.eval.OpenModel;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.rollout.Stops;
import io.vlmr1.rollout.TextGeneration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Answers questions one after another with a model that only one thread may use. So many may wait;
 * further ones are turned away, so that memory and patience stay bounded.
 */
public final class ChatEngine implements AutoCloseable {
  private final OpenModel model;
  private final ThreadPoolExecutor compute;
  private final int most;
  private final AtomicInteger taken = new AtomicInteger();
  private volatile boolean closing;

  /**
   * Of a loaded model, which stays the caller's.
   *
   * @param concurrency questions that are answered or wait at the same time
   */
  public ChatEngine(OpenModel model, int concurrency) {
    this.model = model;
    this.most = concurrency;
    this.compute =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(concurrency),
            body -> {
              Thread thread = new Thread(body, "chat");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Hears what becomes of a question, on the thread that computes. */
  interface Listener {
    /** Some more text of the answer. */
    void text(String piece);

    /** The answer is whole. */
    void done(Answer answer);

    /** There is none. */
    void failed(RuntimeException error);
  }

  /**
   * An answer.
   *
   * @param text all of it
   * @param promptTokens of the question, pictures included
   * @param tokens of the answer
   * @param truncated whether it was cut off
   */
  record Answer(String text, int promptTokens, int tokens, boolean truncated) {}

  /**
   * Has a question answered; false when too many wait already.
   *
   * @param gone asked before each piece of text: true gives the answer up
   */
  boolean ask(Question question, BooleanSupplier gone, Listener listener) {
    if (taken.incrementAndGet() > most) {
      taken.decrementAndGet();
      return false;
    }
    compute.execute(
        () -> {
          try {
            listener.done(answer(question, gone, listener::text));
          } catch (CancellationException e) {
            // nobody is left to hear it
          } catch (RuntimeException e) {
            listener.failed(e);
          } catch (Error e) { // memory, say: the client has to hear of it all the same
            listener.failed(new IllegalStateException(e));
            throw e;
          } finally {
            taken.decrementAndGet();
          }
        });
    return true;
  }

  private Answer answer(Question question, BooleanSupplier gone, Consumer<String> out) {
    check(gone);
    List<DecodedImage> pictures = new ArrayList<>();
    for (int i = 0; i < question.pictures().size(); i++) {
      pictures.add(picture(question.pictures().get(i), i));
    }
    try (PreparedPrompt prompt = prompt(question, pictures)) {
      int room = model.model().facts().maxPositions() - prompt.ids().length;
      if (room < question.maxNewTokens()) {
        throw new BadRequest(
            "the question has %d tokens, which leaves %d for the answer; ask less, or give a smaller max_tokens"
                .formatted(prompt.ids().length, Math.max(0, room)));
      }
      TextGeneration generation =
          new TextGeneration(
              model.model(),
              model.tokenizer(),
              question.sampling(),
              question.maxNewTokens(),
              question.seed());
      TextGeneration.Answer answer =
          generation.stream(
              prompt,
              new Stops(Set.of(), question.stops()),
              piece -> {
                check(gone);
                out.accept(piece);
              });
      return new Answer(answer.text(), prompt.ids().length, answer.tokens(), answer.truncated());
    }
  }

  private void check(BooleanSupplier gone) {
    if (closing || gone.getAsBoolean()) {
      throw new CancellationException("the client has gone");
    }
  }

  private DecodedImage picture(byte[] bytes, int index) {
    try {
      return ImageReader.read(bytes, "picture " + index, model.maxImagePixels());
    } catch (VlmR1Exception e) {
      throw new BadRequest(String.valueOf(e.getMessage()));
    }
  }

  private PreparedPrompt prompt(Question question, List<DecodedImage> pictures) {
    try {
      return model.processor().prepare(question.messages(), pictures);
    } catch (IllegalArgumentException e) {
      throw new BadRequest(String.valueOf(e.getMessage()));
    }
  }

  /** Gives up what waits, and waits for the end of what is computed: it uses the model. */
  @Override
  public void close() {
    closing = true;
    compute.shutdown();
    try {
      compute.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
