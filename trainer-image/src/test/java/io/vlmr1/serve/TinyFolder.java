package io.vlmr1.serve;

import io.vlmr1.eval.OpenModel;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.ModelSaver;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.shapes.Difficulty;
import io.vlmr1.shapes.Shapes;
import io.vlmr1.shapes.ShapesSettings;
import io.vlmr1.shapes.TinyModel;
import io.vlmr1.tensor.Dtype;
import java.io.IOException;
import java.nio.file.Path;

/** Pictures, questions and a tiny model with random weights. */
public record TinyFolder(Path data) {

  /** Makes them in an empty folder. */
  public static TinyFolder in(Path data) throws IOException {
    TinyModel sizes = new TinyModel(32, 2, 2, 1, 64, 32, 2, 2, 64, true, 0.08);
    Shapes.write(new ShapesSettings(1, Difficulty.standard(), 4, 12, 12, 4, sizes), data);
    Path folder = data.resolve("model");
    try (VisionLanguageModel model = ModelLoader.random(folder, Dtype.FLOAT32, 1)) {
      ModelSaver.save(model, folder, folder);
    }
    return new TinyFolder(data);
  }

  public Path model() {
    return data.resolve("model");
  }

  /** Loads the model. */
  public OpenModel open() {
    return OpenModel.load(
        new OpenModel.Files(model(), null),
        Dtype.FLOAT32,
        new PixelLimits(null, null),
        ImageReader.MAX_PIXELS);
  }
}
