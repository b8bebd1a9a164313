package io.vlmr1.model.decoder;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.nn.Rotary;
import io.vlmr1.nn.SegmentAttention;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;

/**
 * How the patches of some pictures lie while the vision tower runs: merged tokens sorted by window,
 * the segments that attend to each other, and the rotary angles by row and column.
 */
public final class GridLayout implements AutoCloseable {
  private static final double THETA = 10_000;

  private final Retained kept = new Retained();
  private final Grid grid;
  private final List<PreparedImage> images;
  private final Tensor order;
  private final Tensor back;
  private final Rotary rotary;
  private final SegmentAttention windowAttention;
  private final SegmentAttention wholeAttention;

  /**
   * How a tower's patches hang together.
   *
   * @param headWidth of attention
   * @param merge patches of a token's side
   * @param window tokens of a window's side; 0 where all blocks see whole pictures
   */
  public record Grid(int headWidth, int merge, int window) {
    int patchesPerToken() {
      return merge * merge;
    }
  }

  /**
   * The row and column of a patch in its picture.
   *
   * @param image which picture
   */
  public record Spot(int image, int row, int column) {}

  /** Lays out some pictures. */
  public GridLayout(Grid grid, List<PreparedImage> images) {
    this.grid = grid;
    this.images = List.copyOf(images);
    List<Integer> tokens = new ArrayList<>();
    List<Integer> windowLengths = new ArrayList<>();
    List<Integer> wholeLengths = new ArrayList<>();
    int perToken = grid.patchesPerToken();
    int first = 0;
    for (PreparedImage image : images) {
      for (int frame = 0; frame < image.gridTime(); frame++) {
        int rows = image.gridHeight() / grid.merge();
        int columns = image.gridWidth() / grid.merge();
        for (Window window : windows(rows, columns, grid.window())) {
          window.tokens(first, columns).forEach(tokens::add);
          windowLengths.add(window.height() * window.width() * perToken);
        }
        first += rows * columns;
        wholeLengths.add(rows * columns * perToken);
      }
    }
    long[] forward = tokens.stream().mapToLong(Integer::longValue).toArray();
    long[] inverse = new long[forward.length];
    for (int i = 0; i < forward.length; i++) {
      inverse[(int) forward[i]] = i;
    }
    windowAttention = attention(windowLengths);
    wholeAttention = attention(wholeLengths);
    try (Scope scope = Scope.open()) {
      order = kept.keep(Tensors.ofLongs(forward));
      back = kept.keep(Tensors.ofLongs(inverse));
      rotary = rotary(grid, spots(images, forward)).kept(kept::keep);
    }
  }

  /** A rectangle of merged tokens. */
  private record Window(int top, int left, int height, int width) {
    IntStream tokens(int first, int columns) {
      return IntStream.range(top, top + height)
          .flatMap(
              row ->
                  IntStream.range(left, left + width)
                      .map(column -> first + row * columns + column));
    }
  }

  /** Windows of a frame, larger ones first: equal ones go through attention together. */
  private static List<Window> windows(int rows, int columns, int most) {
    int side = most == 0 ? Math.max(rows, columns) : most;
    List<Window> windows = new ArrayList<>();
    for (int top = 0; top < rows; top += side) {
      for (int left = 0; left < columns; left += side) {
        int height = Math.min(side, rows - top);
        windows.add(new Window(top, left, height, Math.min(side, columns - left)));
      }
    }
    windows.sort(Comparator.comparingInt(window -> -window.height() * window.width()));
    return windows;
  }

  private static SegmentAttention attention(List<Integer> lengths) {
    return new SegmentAttention(lengths.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Angles by row in the first half of the frequencies, by column in the second. */
  private static Rotary rotary(Grid grid, List<Spot> spots) {
    int width = grid.headWidth();
    float[] frequencies = Rotary.inverseFrequencies(width / 2, THETA);
    float[] half = new float[spots.size() * width / 2];
    for (int p = 0; p < spots.size(); p++) {
      int from = p * (width / 2);
      for (int j = 0; j < frequencies.length; j++) {
        half[from + j] = spots.get(p).row() * frequencies[j];
        half[from + frequencies.length + j] = spots.get(p).column() * frequencies[j];
      }
    }
    return Rotary.angles(half, spots.size(), Rotary.Pairs.HALVES);
  }

  /** The spot of each patch, tokens in an order. */
  private List<Spot> spots(List<PreparedImage> images, long[] order) {
    List<Spot> corners = new ArrayList<>();
    for (int image = 0; image < images.size(); image++) {
      int rows = images.get(image).gridHeight() / grid.merge();
      int columns = images.get(image).gridWidth() / grid.merge();
      for (int k = 0; k < images.get(image).gridTime() * rows * columns; k++) {
        int row = k / columns % rows * grid.merge();
        corners.add(new Spot(image, row, k % columns * grid.merge()));
      }
    }
    List<Spot> spots = new ArrayList<>();
    for (long token : order) {
      Spot corner = corners.get((int) token);
      for (int p = 0; p < grid.patchesPerToken(); p++) {
        spots.add(
            new Spot(
                corner.image(),
                corner.row() + p / grid.merge(),
                corner.column() + p % grid.merge()));
      }
    }
    return spots;
  }

  /** The spot of each patch in the order in which pictures hold them. */
  public List<Spot> spots() {
    return spots(images, LongStream.range(0, order.numel()).toArray());
  }

  /** Patches in window order, [patches, inputs]. */
  public Tensor patches(Dtype dtype) {
    Tensor rows =
        Tensors.onDevice(Tensors.cat(0, images.stream().map(PreparedImage::patches).toList()));
    long inputs = rows.size(1);
    return rows.view(-1, grid.patchesPerToken() * inputs)
        .index_select(0, order)
        .view(-1, inputs)
        .to(dtype.scalarType());
  }

  /** Merged token at each place of window order, [tokens]. */
  public Tensor order() {
    return order;
  }

  /** Place in window order of each merged token, [tokens]. */
  public Tensor back() {
    return back;
  }

  /** Turns the patches in window order. */
  public Rotary rotary() {
    return rotary;
  }

  /** Attention within windows, or within whole frames. */
  public SegmentAttention attention(boolean whole) {
    return whole ? wholeAttention : windowAttention;
  }

  @Override
  public void close() {
    kept.close();
  }
}
