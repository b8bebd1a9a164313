package io.vlmr1.model.decoder;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The vision tower over all pictures of a pass, each picture once: forward, then backward as far
 * down as weights train. What does not train keeps nothing and is not gone back through.
 */
public final class VisionPass implements AutoCloseable {

  /**
   * Which parts of the vision side train.
   *
   * @param tower patch embedding or blocks
   * @param projector what lies between the tower and the language model
   */
  public record Training(boolean tower, boolean projector) {

    /** As the parameters have it. */
    static Training of(VisionTower tower, FlatParameters weights) {
      return new Training(
          weights.all().stream().anyMatch(p -> p.trainable() && tower.inTower(p.name())),
          weights.all().stream().anyMatch(p -> p.trainable() && tower.inProjector(p.name())));
    }

    boolean any() {
      return tower || projector;
    }
  }

  private final VisionRun run;
  private final BlockStack blocks;
  private final Training training;
  private final boolean keeps;
  private final Retained kept = new Retained();
  private @Nullable Tensor encoded;

  /**
   * A pass that has not run.
   *
   * @param memory what backward will need, as far as anything trains
   */
  public VisionPass(
      VisionTower tower, List<PreparedImage> images, Memory memory, Training training) {
    this.training = training;
    keeps = memory != Memory.NONE && training.any();
    run = tower.run(images);
    blocks = run.blocks(training.tower() ? memory : Memory.NONE);
  }

  /** Features of the pictures' tokens in order, [tokens, hidden]. */
  public Tensor forward() {
    return Scope.keep(
        () -> {
          Tensor output = blocks.forward(run.embed());
          if (keeps) {
            encoded = kept.keep(output);
          }
          return run.project(output);
        });
  }

  /** Whether there is anything to go back for. */
  boolean trains() {
    return training.any();
  }

  /** Adds the gradients of the weights that train, given that of {@link #forward}. */
  void backward(Tensor gradient) {
    Tensor output = encoded;
    if (output == null) {
      throw new IllegalStateException("this pass was not asked to keep what backward needs");
    }
    try (Scope scope = Scope.open()) {
      Tensor running = run.projectBackward(output, gradient);
      if (training.tower()) {
        blocks.backward(running);
        run.embedBackward(running);
      }
    }
  }

  @Override
  public void close() {
    blocks.close();
    kept.close();
    run.close();
  }
}
