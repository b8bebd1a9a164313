package io.vlmr1.checkpoint;

import io.vlmr1.nn.Storage;
import io.vlmr1.optim.AdamW;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.Content;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * An optimizer's tensors as a checkpoint has them: whole, in the order of the storage's layout,
 * however many processes they are spread over. One process writes them, and brings what others hold
 * a part at a time.
 *
 * @param optimizer of this process
 * @param storage of the weights that it moves
 */
public record OptimizerState(AdamW optimizer, Storage storage) {

  /** What is written, by name. */
  public Map<String, Content> contents() {
    Map<String, Content> contents = new LinkedHashMap<>();
    long[] shape = {storage.layout().elements()};
    optimizer
        .state()
        .forEach(
            (name, mine) ->
                contents.put(
                    name,
                    new Content(Dtype.FLOAT32, shape, parts -> storage.whole(name, mine, parts))));
    return contents;
  }

  /** Who takes what is read, by name: this process's part of it. */
  public Map<String, Consumer<Tensor>> takers() {
    Map<String, Consumer<Tensor>> takers = new LinkedHashMap<>();
    optimizer.state().forEach((name, mine) -> takers.put(name, all -> storage.take(all, mine)));
    return takers;
  }
}
