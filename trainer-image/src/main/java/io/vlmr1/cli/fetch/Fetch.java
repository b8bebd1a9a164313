package io.vlmr1.cli.fetch;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.PrintWriter;
import java.nio.file.Path;
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
  private int connections = HubAccess.CONNECTIONS;

  @Option(names = "--part-mib", description = "size of what one connection fetches, in MiB")
  private int partMib = HubAccess.PART_MIB;

  @Option(
      names = "--endpoint",
      defaultValue = "${env:HF_ENDPOINT:-https://huggingface.co}",
      description = "address of the hub or of a mirror")
  private String endpoint = HubAccess.PUBLIC;

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
    new HubAccess(endpoint, token)
        .download(
            HubModel.parse(source),
            folder,
            HubAccess.settings(connections, partMib),
            line -> {
              out.println(line);
              out.flush();
            });
    return ExitCode.OK.code();
  }
}
