package io.vlmr1.checkpoint;

import io.vlmr1.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A whole checkpoint on disk.
 *
 * @param folder also a model folder in Hugging Face's layout
 * @param state where the training stood
 */
public record Checkpoint(Path folder, TrainingState state) {
  static final String STATE = "training_state.json";
  static final String TRAINER_STATE = "trainer_state.json";
  static final String OPTIMIZER = "optimizer-00000.safetensors";

  /** Fills the optimizer's tensors, by their names in it. */
  public void restore(Map<String, Tensor> optimizer) {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(OPTIMIZER))) {
      optimizer.forEach(file::read);
    }
  }
}
