package io.vlmr1.model;

import org.bytedeco.pytorch.Tensor;

/**
 * A picture as its model family takes it.
 *
 * @param patches float32; on a grid (Qwen, GLM): [gridTime * gridHeight * gridWidth, channels *
 *     frames * patch * patch]; in tiles (InternVL): [gridTime, channels, side, side]
 * @param gridTime frames after temporal merging, 1 for a picture; or tiles
 * @param gridHeight rows of patches, of a tile where there are tiles
 * @param gridWidth columns of patches
 * @param width pixels of the original picture, left to right
 * @param height pixels of the original picture, top to bottom
 * @param features what a frozen vision tower made of it, once it has
 */
public record PreparedImage(
    Tensor patches,
    int gridTime,
    int gridHeight,
    int gridWidth,
    int width,
    int height,
    ImageFeatures features)
    implements AutoCloseable {

  /** A picture that no tower has seen. */
  public PreparedImage(
      Tensor patches, int gridTime, int gridHeight, int gridWidth, int width, int height) {
    this(patches, gridTime, gridHeight, gridWidth, width, height, new ImageFeatures());
  }

  /** Patches in all. */
  public int patchCount() {
    return gridTime * gridHeight * gridWidth;
  }

  @Override
  public void close() {
    patches.close();
    features.close();
  }
}
