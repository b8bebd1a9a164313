package io.vlmr1.cli.evaluation;

import io.vlmr1.eval.OpenModel;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model folder that a command answers with, and how it is loaded. */
public final class AnsweringModel {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "a Hugging Face model folder, such as the final/ of a run")
  private Path folder = Path.of("");

  @Mixin private ModelOptions loading = new ModelOptions();

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** The model, which the caller closes. */
  public OpenModel open() {
    return loading.open(folder);
  }

  /** Pixels of the largest picture that is decoded. */
  public long maxImagePixels() {
    return loading.maxImagePixels();
  }
}
