package io.vlmr1.model.decoder;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.nn.FlatParameters;
import java.util.List;

/** The vision side of a family. */
public interface VisionTower {

  /** Weights of the whole model. */
  FlatParameters weights();

  /** The token that stands for a piece of a picture in a prompt. */
  int imageToken();

  /** How many such tokens a picture needs. */
  int tokens(PreparedImage image);

  /**
   * Where the tokens of a prompt stand.
   *
   * @throws IllegalArgumentException when its image tokens do not match its images
   */
  Places place(PreparedPrompt prompt);

  /** Makes ready to encode pictures. */
  VisionRun run(List<PreparedImage> images);

  /** Whether a weight, by its hub name, lies below the projector: embedding and blocks. */
  boolean inTower(String name);

  /** Whether a weight, by its hub name, belongs to what makes tokens of the tower's output. */
  boolean inProjector(String name);
}
