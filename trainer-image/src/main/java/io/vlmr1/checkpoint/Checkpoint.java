package io.vlmr1.checkpoint;

import io.vlmr1.tensor.Scope;
import io.vlmr1.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
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

  /** Hands the optimizer's tensors out, each by its name to who takes it. */
  public void restore(Map<String, Consumer<Tensor>> takers) {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(OPTIMIZER))) {
      takers.forEach(
          (name, taker) -> {
            try (Scope scope = Scope.open()) { // one of them in memory at a time
              taker.accept(file.tensor(name));
            }
          });
    }
  }
}
