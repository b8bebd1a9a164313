package io.vlmr1.cli;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.ModelSaver;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.shapes.TinyModel;
import io.vlmr1.shapes.Toy;
import io.vlmr1.tensor.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the data and the model of a toy example. */
@Command(
    name = "toy",
    mixinStandardHelpOptions = true,
    description = {
      "Draws the data of a task and makes a tiny model with random weights for it.",
      "examples/toys/TASK/toy.yaml trains on it in seconds: a form to fill with data of your own."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 toy ovd --output data",
      "  vlmr1 run -f examples/toys/ovd/toy.yaml --data data"
    })
public final class Toys implements Callable<Integer> {
  /** Small enough to step in a second, large enough to hold a prompt of two pictures. */
  private static final TinyModel SIZES = new TinyModel(32, 2, 2, 1, 64, 32, 2, 2, 64, true, 0.08);

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "TASK", description = "${COMPLETION-CANDIDATES}")
  private Toy toy = Toy.REC;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description =
          "draw so many rows to train on, and make a model that is large enough to learn from them"
              + " (default: 12 rows, which show the form)")
  private @Nullable Integer rows;

  @Option(names = "--seed", description = "of pictures and weights (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(names = "--output", required = true, paramLabel = "DIR", description = "goes here")
  private Path output = Path.of("data");

  @Override
  public Integer call() throws IOException {
    if (rows != null && rows < 1) {
      throw new VlmR1Exception(ExitCode.USAGE, "--rows is " + rows + "; give at least 1");
    }
    write(
        toy,
        rows == null
            ? new Toy.Size(Toy.TRAIN, seed, SIZES)
            : new Toy.Size(rows, seed, TinyModel.standard()),
        output);
    Objects.requireNonNull(spec).commandLine().getOut().println("written: " + output);
    return 0;
  }

  /** Writes data and model of the example into a folder. */
  public static void write(Toy toy, Path folder) throws IOException {
    write(toy, new Toy.Size(Toy.TRAIN, 1, SIZES), folder);
  }

  private static void write(Toy toy, Toy.Size size, Path folder) throws IOException {
    toy.write(size, folder);
    Path model = folder.resolve("model");
    try (VisionLanguageModel random = ModelLoader.random(model, Dtype.FLOAT32, size.seed())) {
      ModelSaver.save(random, model, model);
    }
  }
}
