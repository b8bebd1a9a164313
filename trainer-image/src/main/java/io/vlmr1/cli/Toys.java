package io.vlmr1.cli;

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

  @Option(names = "--output", required = true, paramLabel = "DIR", description = "goes here")
  private Path output = Path.of("data");

  @Override
  public Integer call() throws IOException {
    write(toy, output);
    Objects.requireNonNull(spec).commandLine().getOut().println("written: " + output);
    return 0;
  }

  /** Writes data and model into a folder. */
  public static void write(Toy toy, Path folder) throws IOException {
    toy.write(SIZES, folder);
    Path model = folder.resolve("model");
    try (VisionLanguageModel random = ModelLoader.random(model, Dtype.FLOAT32, 1)) {
      ModelSaver.save(random, model, model);
    }
  }
}
