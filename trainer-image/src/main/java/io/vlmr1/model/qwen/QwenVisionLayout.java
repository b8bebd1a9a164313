package io.vlmr1.model.qwen;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.nn.Rotary;
import io.vlmr1.nn.SegmentAttention;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * How the patches of some pictures lie while the vision tower runs: merged tokens sorted by window,
 * the segments that attend to each other, and the rotary angles by row and column.
 */
final class QwenVisionLayout implements AutoCloseable {
  private static final double THETA = 10_000;

  private final Retained kept = new Retained();
  private final Tensor order;
  private final Tensor back;
  private final Rotary.Angles angles;
  private final SegmentAttention windowAttention;
  private final SegmentAttention wholeAttention;

  QwenVisionLayout(QwenConfig.Vision vision, List<PreparedImage> images) {
    List<Integer> tokens = new ArrayList<>();
    List<Integer> windowLengths = new ArrayList<>();
    List<Integer> wholeLengths = new ArrayList<>();
    int perToken = vision.merge() * vision.merge();
    int first = 0;
    for (PreparedImage image : images) {
      for (int frame = 0; frame < image.gridTime(); frame++) {
        int rows = image.gridHeight() / vision.merge();
        int columns = image.gridWidth() / vision.merge();
        for (Window window : windows(rows, columns, windowSide(vision))) {
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
      Rotary.Angles made = angles(vision, images, forward);
      angles = new Rotary.Angles(kept.keep(made.cosine()), kept.keep(made.sine()));
    }
  }

  private static int windowSide(QwenConfig.Vision vision) {
    return vision.window() / vision.merge() / vision.patch();
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
  private static List<Window> windows(int rows, int columns, int side) {
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

  private static Rotary.Angles angles(
      QwenConfig.Vision vision, List<PreparedImage> images, long[] order) {
    int width = vision.hidden() / vision.heads();
    float[] frequencies = Rotary.inverseFrequencies(width / 2, THETA);
    int perToken = vision.merge() * vision.merge();
    int[] tokenRow = new int[order.length];
    int[] tokenColumn = new int[order.length];
    int token = 0;
    for (PreparedImage image : images) {
      int rows = image.gridHeight() / vision.merge();
      int columns = image.gridWidth() / vision.merge();
      for (int k = 0; k < image.gridTime() * rows * columns; k++, token++) {
        tokenRow[token] = k / columns % rows * vision.merge();
        tokenColumn[token] = k % columns * vision.merge();
      }
    }
    int patches = order.length * perToken;
    float[] half = new float[patches * width / 2];
    for (int p = 0; p < patches; p++) {
      int place = (int) order[p / perToken];
      int row = tokenRow[place] + p % perToken / vision.merge();
      int column = tokenColumn[place] + p % perToken % vision.merge();
      for (int j = 0; j < frequencies.length; j++) {
        half[p * (width / 2) + j] = row * frequencies[j];
        half[p * (width / 2) + frequencies.length + j] = column * frequencies[j];
      }
    }
    return Rotary.angles(half, patches);
  }

  /** Merged token at each place of window order, [tokens]. */
  Tensor order() {
    return order;
  }

  /** Place in window order of each merged token, [tokens]. */
  Tensor back() {
    return back;
  }

  /** Angles of the patches in window order. */
  Rotary.Angles angles() {
    return angles;
  }

  /** Attention within windows, or within whole frames. */
  SegmentAttention attention(boolean whole) {
    return whole ? wholeAttention : windowAttention;
  }

  @Override
  public void close() {
    kept.close();
  }
}
