package io.vlmr1.cli;

import io.vlmr1.eval.OpenModel;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.tensor.Dtype;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model answers, and how it is loaded. */
final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "a Hugging Face model folder, such as the final/ of a run")
  Path folder = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "FLOAT32 or BFLOAT16 (default: ${DEFAULT-VALUE})")
  Dtype dtype = Dtype.FLOAT32;

  @Option(
      names = "--min-pixels",
      paramLabel = "N",
      description = "smallest area of a picture for the model (default: the model's)")
  @Nullable Long minPixels;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "largest area of a picture for the model (default: the model's)")
  @Nullable Long maxPixels;

  OpenModel open() {
    return OpenModel.load(folder, dtype, new PixelLimits(minPixels, maxPixels));
  }
}
