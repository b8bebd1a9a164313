package io.vlmr1.model.internvl;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.decoder.SampledPositions;
import io.vlmr1.model.decoder.VisionRun;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.Rotary;
import io.vlmr1.nn.SegmentAttention;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The vision tower over the tiles of some pictures: n tiles of g·g patches, each behind a class
 * token of its own, which the projector drops.
 */
final class InternVlVisionRun implements VisionRun {
  private final InternVlVision vision;
  private final List<PreparedImage> images;
  private final int tiles;
  private final int grid;
  private final Retained kept = new Retained();
  private final Tensor order;
  private final @Nullable SampledPositions sampled;

  InternVlVisionRun(InternVlVision vision, List<PreparedImage> images) {
    this.vision = vision;
    this.images = images;
    tiles = images.stream().mapToInt(PreparedImage::gridTime).sum();
    grid = images.get(0).gridHeight();
    if (images.stream().anyMatch(i -> i.gridHeight() != grid || i.gridWidth() != grid)) {
      throw new IllegalArgumentException("the tiles of one pass are not all squares of one size");
    }
    int side = vision.config().positions();
    sampled = grid == side ? null : new SampledPositions(side, places());
    try (Scope scope = Scope.open()) {
      order = kept.keep(Tensors.ofLongs(order()));
    }
  }

  private List<SampledPositions.Place> places() {
    List<SampledPositions.Place> places = new ArrayList<>();
    for (int patch = 0; patch < grid * grid; patch++) {
      places.add(new SampledPositions.Place(patch / grid, patch % grid, grid, grid));
    }
    return places;
  }

  /** The rows that the projector joins, token by token: blocks of neighbouring patches. */
  private long[] order() {
    int block = vision.config().block();
    int side = grid / block;
    long[] rows = new long[tiles * grid * grid];
    int at = 0;
    for (int tile = 0; tile < tiles; tile++) {
      for (int token = 0; token < side * side; token++) {
        boolean columnsFirst = vision.config().columnsFirst();
        int top = (columnsFirst ? token % side : token / side) * block;
        int left = (columnsFirst ? token / side : token % side) * block;
        for (int patch = 0; patch < block * block; patch++) {
          int row = top + patch / block;
          int place = 1 + row * grid + left + patch % block;
          rows[at++] = tile * (1L + (long) grid * grid) + place;
        }
      }
    }
    return rows;
  }

  @Override
  public Tensor embed() {
    return Scope.keep(
        () -> {
          Tensor positions = vision.positions().select(0, 0);
          Tensor table = positions.narrow(0, 1, positions.size(0) - 1);
          Tensor patches = vision.patchEmbedding().forward(patches());
          long width = patches.size(1);
          Tensor rows = torch.empty(rowsShape(width), patches.options(), null);
          rows.narrow(1, 0, 1).copy_(vision.classToken().add(positions.narrow(0, 0, 1)));
          rows.narrow(1, 1, (long) grid * grid)
              .copy_(
                  patches
                      .view(tiles, (long) grid * grid, width)
                      .add_(sampled == null ? table : sampled.read(table)));
          return rows.view(-1, width);
        });
  }

  private long[] rowsShape(long width) {
    return new long[] {tiles, 1 + (long) grid * grid, width};
  }

  @Override
  public void embedBackward(Tensor gradient) {
    try (Scope scope = Scope.open()) {
      long width = gradient.size(1);
      Tensor rows = gradient.view(rowsShape(width));
      Tensor first = rows.select(1, 0).sum(0);
      Tensor others = rows.narrow(1, 1, (long) grid * grid);
      Tensor byClass = vision.classTokenGradient();
      if (byClass != null) {
        byClass.add_(first);
      }
      Tensor byPositions = vision.positionsGradient();
      if (byPositions != null) {
        Tensor table = byPositions.select(0, 0);
        table.select(0, 0).add_(first);
        Tensor sum = others.sum(0);
        table.narrow(0, 1, table.size(0) - 1).add_(sampled == null ? sum : sampled.backward(sum));
      }
      vision.patchEmbedding().accumulate(patches(), others.reshape(-1, width));
    }
  }

  /** [n g g, channels · patch · patch]: the convolution's windows, row by row. */
  private Tensor patches() {
    Tensor pixels =
        Tensors.onDevice(Tensors.cat(0, images.stream().map(PreparedImage::patches).toList()));
    long channels = pixels.size(1);
    long side = vision.config().patch();
    return pixels
        .view(tiles, channels, grid, side, grid, side)
        .permute(0, 2, 4, 1, 3, 5)
        .reshape(-1, channels * side * side)
        .to(vision.weights().dtype().scalarType());
  }

  @Override
  public BlockStack blocks(Memory memory) {
    int[] lengths = new int[tiles];
    Arrays.fill(lengths, 1 + grid * grid);
    SegmentAttention attention = new SegmentAttention(lengths);
    return new BlockStack(vision.blocks(), Rotary.NONE, block -> attention, memory);
  }

  @Override
  public Tensor project(Tensor x) {
    return vision.projector().forward(x.index_select(0, order));
  }

  @Override
  public Tensor projectBackward(Tensor x, Tensor gradient) {
    Tensor inner = vision.projector().backward(x.index_select(0, order), gradient);
    return torch.zeros_like(x).index_copy_(0, order, inner);
  }

  @Override
  public void close() {
    kept.close();
    if (sampled != null) {
      sampled.close();
    }
  }
}
