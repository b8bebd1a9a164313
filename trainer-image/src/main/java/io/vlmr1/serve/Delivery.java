package io.vlmr1.serve;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Sends an answer to its client as it asked: whole, or piece by piece as server-sent events. */
final class Delivery implements ChatEngine.Listener {
  private static final Logger LOG = Logger.getLogger(Delivery.class.getName());

  private final RoutingContext request;
  private final HttpServerResponse response;
  private final Context loop;
  private final Question.Delivery wanted;
  private final ChatReply reply;
  private volatile boolean gone;

  /** Made on the event loop, which all writes come back to. */
  Delivery(RoutingContext request, Question question, String model) {
    this.request = request;
    this.response = request.response();
    this.loop = request.vertx().getOrCreateContext();
    this.wanted = question.delivery();
    this.reply =
        new ChatReply("chatcmpl-" + UUID.randomUUID(), model, Instant.now().getEpochSecond());
    response.closeHandler(closed -> gone = true);
    response.exceptionHandler(broken -> gone = true);
  }

  /** Whether the client has closed the connection. */
  boolean gone() {
    return gone;
  }

  @Override
  public void text(String piece) {
    if (streamed()) {
      loop.runOnContext(
          now -> {
            begin();
            response.write(reply.event(Map.of("content", piece), null));
          });
    }
  }

  @Override
  public void done(ChatEngine.Answer answer) {
    loop.runOnContext(
        now -> {
          if (!streamed()) {
            response.putHeader("Content-Type", "application/json").end(reply.whole(answer));
            return;
          }
          begin();
          response.write(reply.event(Map.of(), ChatReply.finish(answer)));
          if (wanted == Question.Delivery.STREAMED_WITH_USAGE) {
            response.write(reply.usageEvent(answer));
          }
          response.end("data: [DONE]\n\n");
        });
  }

  @Override
  public void failed(RuntimeException error) {
    if (!(error instanceof BadRequest)) {
      LOG.log(Level.SEVERE, "a question was not answered", error);
    }
    loop.runOnContext(
        now -> {
          if (response.headWritten()) {
            response.end(
                "data: " + ChatReply.error("an error of the server", "server_error") + "\n\n");
          } else if (error instanceof BadRequest bad) {
            ChatServer.refuse(request, 400, bad.words());
          } else {
            ChatServer.refuse(request, 500, "an error of the server: its log tells more");
          }
        });
  }

  private boolean streamed() {
    return wanted != Question.Delivery.WHOLE;
  }

  /** The first event tells who speaks. */
  private void begin() {
    if (!response.headWritten()) {
      response
          .setChunked(true)
          .putHeader("Content-Type", "text/event-stream; charset=utf-8")
          .putHeader("Cache-Control", "no-cache");
      response.write(reply.event(Map.of("role", "assistant", "content", ""), null));
    }
  }
}
