package io.vlmr1.cli;

import io.vlmr1.eval.OpenModel;
import io.vlmr1.image.ImageReader;
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
      names = "--adapter",
      paramLabel = "DIR",
      description = "a LoRA adapter of the model, such as the final/ of a run with spec.adapter")
  @Nullable Path adapter;

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

  @Option(
      names = "--max-image-pixels",
      paramLabel = "N",
      description = "a larger picture is refused before it is decoded (default: ${DEFAULT-VALUE})")
  long maxImagePixels = ImageReader.MAX_PIXELS;

  OpenModel open() {
    return OpenModel.load(
        new OpenModel.Files(folder, adapter),
        dtype,
        new PixelLimits(minPixels, maxPixels),
        maxImagePixels);
  }
}
