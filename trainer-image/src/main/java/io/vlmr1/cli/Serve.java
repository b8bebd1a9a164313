package io.vlmr1.cli;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.cli.evaluation.AnsweringModel;
import io.vlmr1.eval.OpenModel;
import io.vlmr1.serve.ChatEngine;
import io.vlmr1.serve.ChatServer;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves a model over OpenAI's chat API until it is told to end. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Serves a model folder over OpenAI's chat API: POST /v1/chat/completions, with pictures as"
          + " data URLs and streaming, GET /v1/models, GET /health.",
      "Questions are answered one after another; it asks for no key."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 serve --model runs/shapes/final --port 8000",
      "  curl localhost:8000/v1/chat/completions -d '{\"messages\": [{\"role\": \"user\","
          + " \"content\": \"hello\"}]}'"
    })
final class Serve implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private AnsweringModel model = new AnsweringModel();

  @Option(
      names = "--host",
      description = "address to listen on; 0.0.0.0: all (default: ${DEFAULT-VALUE})")
  private String host = "127.0.0.1";

  @Option(names = "--port", description = "0: a free one (default: ${DEFAULT-VALUE})")
  private int port = 8000;

  @Option(
      names = "--name",
      description = "the model's name in the API (default: that of its folder)")
  private @Nullable String name;

  @Option(names = "--max-new-tokens", description = "longest answer (default: ${DEFAULT-VALUE})")
  private int maxNewTokens = 1024;

  @Option(
      names = "--concurrency",
      description =
          "questions that are answered or wait; more get status 429 (default: ${DEFAULT-VALUE})")
  private int concurrency = 32;

  @Option(
      names = "--max-body-megabytes",
      description = "largest request, pictures included (default: ${DEFAULT-VALUE})")
  private int maxBodyMegabytes = 32;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Thread stop =
        new Thread(
            () -> {
              end.countDown();
              await(closed);
            },
            "stop");
    String served =
        name == null ? String.valueOf(model.folder().toAbsolutePath().getFileName()) : name;
    try (OpenModel open = model.open();
        ChatEngine engine = new ChatEngine(open, concurrency);
        ChatServer server =
            ChatServer.start(
                engine,
                new ChatServer.Settings(
                    host, port, served, maxNewTokens, maxBodyMegabytes * 1_000_000L))) {
      Runtime.getRuntime().addShutdownHook(stop); // Ctrl-C and SIGTERM
      out.println(served + " answers at http://" + host + ":" + server.port() + "/v1");
      out.flush();
      end.await();
    } finally {
      closed.countDown();
    }
    return ExitCode.OK.code();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
