package io.vlmr1.cli.fetch;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads a model of the hub, as the operator's preparation Job does. */
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Downloads a model of the hub into a folder: weights as safetensors, configuration,"
          + " tokenizer.",
      "What broke off goes on where it ended; every file's checksum is compared."
    },
    footer = {
      "",
      "Environment: HF_TOKEN for private models, HF_ENDPOINT for a mirror.",
      "",
      "Example:",
      "  vlmr1 fetch hf://Qwen/Qwen2.5-VL-3B-Instruct --to models/Qwen2.5-VL-3B-Instruct"
    })
public final class Fetch implements Callable<Integer> {
  private static final long MIB = 1024L * 1024;
  private static final int TRIES = 6;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SOURCE", description = "hf://organisation/name@revision")
  private String source = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "the folder that becomes the model")
  private Path folder = Path.of(".");

  @Option(names = "--connections", description = "connections at once")
  private int connections = 8;

  @Option(names = "--part-mib", description = "size of what one connection fetches, in MiB")
  private int partMib = 16;

  @Option(
      names = "--endpoint",
      defaultValue = "${env:HF_ENDPOINT:-https://huggingface.co}",
      description = "address of the hub or of a mirror")
  private String endpoint = "https://huggingface.co";

  @Option(
      names = "--token",
      hidden = true,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      defaultValue = "${env:HF_TOKEN}")
  private @Nullable String token;

  @Override
  public Integer call() {
    if (connections < 1 || partMib < 1) {
      throw new VlmR1Exception(
          ExitCode.USAGE, "--connections and --part-mib are at least 1; give a larger number");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Hub hub =
        new Hub(
            address(),
            token == null || token.isBlank() ? null : token.strip(),
            Duration.ofSeconds(30));
    Download.Settings settings =
        new Download.Settings(connections, partMib * MIB, TRIES, Duration.ofMillis(500));
    new Download(
            hub,
            HubModel.parse(source),
            folder,
            settings,
            line -> {
              out.println(line);
              out.flush();
            })
        .run();
    return ExitCode.OK.code();
  }

  private URI address() {
    try {
      URI uri = URI.create(endpoint);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) { // told below
    }
    throw new VlmR1Exception(
        ExitCode.USAGE, '"' + endpoint + "\" is no address; write it as https://host");
  }
}
