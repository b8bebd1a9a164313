package io.vlmr1.cli.evaluation;

import io.vlmr1.eval.OpenModel;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.tensor.Dtype;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command loads the model that answers. */
public final class ModelOptions {
  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "a LoRA adapter of the model, such as the final/ of a run with spec.adapter")
  private @Nullable Path adapter;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "FLOAT32 or BFLOAT16 (default: ${DEFAULT-VALUE})")
  private Dtype dtype = Dtype.FLOAT32;

  @Option(
      names = "--min-pixels",
      paramLabel = "N",
      description = "smallest area of a picture for the model (default: the model's)")
  private @Nullable Long minPixels;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "largest area of a picture for the model (default: the model's)")
  private @Nullable Long maxPixels;

  @Option(
      names = "--max-image-pixels",
      paramLabel = "N",
      description = "a larger picture is refused before it is decoded (default: ${DEFAULT-VALUE})")
  private long maxImagePixels = ImageReader.MAX_PIXELS;

  /** The model of a folder, which the caller closes. */
  public OpenModel open(Path folder) {
    return OpenModel.load(new OpenModel.Files(folder, adapter), dtype, pixels(), maxImagePixels);
  }

  /** Limits of a resized picture's area. */
  public PixelLimits pixels() {
    return new PixelLimits(minPixels, maxPixels);
  }

  /** Pixels of the largest picture that is decoded. */
  public long maxImagePixels() {
    return maxImagePixels;
  }
}
