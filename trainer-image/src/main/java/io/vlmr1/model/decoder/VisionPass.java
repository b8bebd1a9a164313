package io.vlmr1.model.decoder;

import io.vlmr1.model.ImageFeatures;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Unit;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The vision tower over all pictures of a pass, each picture once: forward, then backward as far
 * down as weights train. What does not train keeps nothing and is not gone back through.
 */
public final class VisionPass implements AutoCloseable, KeptLayers.Part {
  /** Where there are no pictures. */
  static final KeptLayers.Part NOTHING_KEPT =
      new KeptLayers.Part() {
        @Override
        public int fitting(long bytes) {
          return 0;
        }

        @Override
        public long bytes(int layers) {
          return 0;
        }
      };

  /**
   * Which parts of the vision side train.
   *
   * @param tower patch embedding or blocks
   * @param projector what lies between the tower and the language model
   */
  public record Training(boolean tower, boolean projector) {

    /** As the parameters have it. */
    static Training of(VisionTower tower, FlatParameters weights) {
      return new Training(weights.trains(tower::inTower), weights.trains(tower::inProjector));
    }

    boolean any() {
      return tower || projector;
    }
  }

  private final VisionTower tower;
  private final List<PreparedImage> images;
  private final @Nullable Object owner;
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
    this(tower, images, memory, training, null);
  }

  /**
   * A pass that has not run, over pictures that remember what a tower made of them.
   *
   * @param owner for whom they do; null: the tower runs
   */
  VisionPass(
      VisionTower tower,
      List<PreparedImage> images,
      Memory memory,
      Training training,
      @Nullable Object owner) {
    this.tower = tower;
    this.images = images;
    this.owner = owner;
    this.training = training;
    keeps = memory != Memory.NONE && training.any();
    run = tower.run(images);
    blocks = run.blocks(training.tower() ? memory : Memory.NONE);
  }

  /** The last blocks keep everything where the others keep their inputs. */
  void keepLast(int count) {
    blocks.keepLast(count);
  }

  @Override
  public int fitting(long bytes) {
    return training.tower() ? blocks.fitting(bytes, patches()) : 0;
  }

  @Override
  public long bytes(int layers) {
    return blocks.more(layers, patches());
  }

  /** What is kept in any case: the inputs of the blocks, and what they give to the projector. */
  long inputs() {
    long output = keeps ? blocks.output(patches()) : 0;
    return output + (training.tower() ? blocks.inputs(patches()) : 0);
  }

  /** Rows of the tower: a class token a tile, where a family has one, makes no difference here. */
  private long patches() {
    return images.stream().mapToLong(PreparedImage::patchCount).sum();
  }

  /** Bytes that are kept now. */
  long keptBytes() {
    return blocks.keptBytes() + kept.bytes();
  }

  /** Features of the pictures' tokens in order, [tokens, hidden]. */
  public Tensor forward() {
    return Scope.keep(
        () -> {
          Tensor output = encode();
          if (keeps) {
            encoded = kept.keep(output);
          }
          try (Unit.Use use = unit(tower, Slots.PROJECTOR).read()) {
            return run.project(output);
          }
        });
  }

  /** The tower's output: what the pictures remember, or made now. */
  private Tensor encode() {
    if (owner == null) {
      return blocks.forward(embedded(tower, run));
    }
    return ImageFeatures.of(owner, images, unseen -> together(tower, unseen));
  }

  private static Tensor embedded(VisionTower tower, VisionRun run) {
    try (Unit.Use use = unit(tower, Slots.PATCHES).read()) {
      return run.embed();
    }
  }

  private static Unit unit(VisionTower tower, String name) {
    return tower.weights().unitNamed(name);
  }

  /** Pictures in one run, as a pass that remembers nothing takes them: the same bits. */
  private static List<Tensor> together(VisionTower tower, List<PreparedImage> images) {
    return Scope.keepAll(
        () -> {
          try (VisionRun run = tower.run(images);
              BlockStack blocks = run.blocks(Memory.NONE)) {
            Tensor all = blocks.forward(embedded(tower, run));
            long tokens = images.stream().mapToLong(tower::tokens).sum();
            List<Tensor> parts = new ArrayList<>();
            long from = 0;
            for (PreparedImage image : images) {
              long rows = all.size(0) * tower.tokens(image) / tokens; // as many a token in each
              parts.add(all.narrow(0, from, rows).clone());
              from += rows;
            }
            return parts;
          }
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
      Tensor running;
      try (Unit.Use use = unit(tower, Slots.PROJECTOR).learn()) {
        running = run.projectBackward(output, gradient);
      }
      if (training.tower()) {
        running = blocks.backward(running);
        try (Unit.Use use = unit(tower, Slots.PATCHES).learn()) {
          run.embedBackward(running);
        }
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
