package io.vlmr1.serve;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.net.BindException;
import java.util.concurrent.CompletionException;

/**
 * OpenAI's chat API over HTTP: {@code POST /v1/chat/completions}, {@code GET /v1/models}, {@code
 * GET /health}. Its threads only read and write; the engine's computes.
 */
public final class ChatServer implements AutoCloseable {
  private static final int HEADER_BYTES = 16 * 1024;

  private final Vertx vertx;
  private final HttpServer http;
  private final ChatEngine engine;
  private final Settings settings;

  private ChatServer(Vertx vertx, ChatEngine engine, Settings settings) {
    this.vertx = vertx;
    this.engine = engine;
    this.settings = settings;
    this.http =
        vertx.createHttpServer(
            new HttpServerOptions().setMaxHeaderSize(HEADER_BYTES).setHttp2ClearTextEnabled(false));
  }

  /**
   * How the server is reached and what it takes.
   *
   * @param host address that it listens on
   * @param port 0 takes a free one
   * @param name of the model in the API
   * @param maxNewTokens most tokens of an answer
   * @param maxBodyBytes a larger request is refused
   */
  public record Settings(String host, int port, String name, int maxNewTokens, long maxBodyBytes) {}

  /**
   * Listens.
   *
   * @param engine stays the caller's
   * @throws VlmR1Exception ADDRESS_IN_USE when another program has the port
   */
  public static ChatServer start(ChatEngine engine, Settings settings) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions( // the root file system may be read-only
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    ChatServer server = new ChatServer(vertx, engine, settings);
    try {
      server
          .http
          .requestHandler(server.routes())
          .listen(settings.port(), settings.host())
          .toCompletionStage()
          .toCompletableFuture()
          .join();
      return server;
    } catch (CompletionException e) {
      server.close();
      ExitCode code =
          e.getCause() instanceof BindException ? ExitCode.ADDRESS_IN_USE : ExitCode.INTERNAL;
      throw new VlmR1Exception(
          code,
          settings.host() + ":" + settings.port() + ": " + e.getCause() + "; give another --port",
          e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return http.actualPort();
  }

  private Router routes() {
    Router router = Router.router(vertx);
    router.get("/health").handler(context -> answer(context, 200, "{\"status\":\"ok\"}"));
    router
        .get("/v1/models")
        .handler(context -> answer(context, 200, ChatReply.models(settings.name())));
    router
        .post("/v1/chat/completions")
        .handler(BodyHandler.create(false).setBodyLimit(settings.maxBodyBytes()))
        .handler(this::chat);
    router.errorHandler(404, context -> refuse(context, 404, "there is no such path"));
    router.errorHandler(405, context -> refuse(context, 405, "not with this method"));
    router.errorHandler(
        413,
        context ->
            refuse(
                context, 413, "the request has more than " + settings.maxBodyBytes() + " bytes"));
    router.errorHandler(500, context -> refuse(context, 500, "an error of the server"));
    return router;
  }

  private void chat(RoutingContext context) {
    Question question;
    try {
      byte[] body =
          context.body().buffer() == null ? new byte[0] : context.body().buffer().getBytes();
      question = ChatRequest.read(body, settings.maxNewTokens());
    } catch (BadRequest e) {
      refuse(context, 400, e.words());
      return;
    }
    Delivery delivery = new Delivery(context, question, settings.name());
    if (!engine.ask(question, delivery::gone, delivery)) {
      context.response().putHeader("Retry-After", "1");
      refuse(context, 429, "too many questions wait; ask again later");
    }
  }

  private static void answer(RoutingContext context, int status, String json) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(json);
  }

  static void refuse(RoutingContext context, int status, String message) {
    if (context.response().ended() || context.response().headWritten()) {
      return;
    }
    String type = status < 500 ? "invalid_request_error" : "server_error";
    answer(context, status, ChatReply.error(message, type));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
