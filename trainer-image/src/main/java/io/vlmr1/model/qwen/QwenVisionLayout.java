package io.vlmr1.model.qwen;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.nn.PaddedBatch;
import io.vlmr1.nn.Rotary;
import io.vlmr1.nn.SegmentAttention;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
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
  private final PaddedBatch windows;
  private final PaddedBatch wholes;
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
        int side = vision.window() / vision.merge() / vision.patch();
        for (int top = 0; top < rows; top += side) {
          for (int left = 0; left < columns; left += side) {
            int before = tokens.size();
            for (int row = top; row < Math.min(rows, top + side); row++) {
              for (int column = left; column < Math.min(columns, left + side); column++) {
                tokens.add(first + row * columns + column);
              }
            }
            windowLengths.add((tokens.size() - before) * perToken);
          }
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
    windows = new PaddedBatch(windowLengths.stream().mapToInt(Integer::intValue).toArray());
    wholes = new PaddedBatch(wholeLengths.stream().mapToInt(Integer::intValue).toArray());
    windowAttention = new SegmentAttention(windows);
    wholeAttention = new SegmentAttention(wholes);
    try (Scope scope = Scope.open()) {
      order = kept.keep(Tensors.ofLongs(forward));
      back = kept.keep(Tensors.ofLongs(inverse));
      Rotary.Angles made = angles(vision, images, forward);
      angles = new Rotary.Angles(kept.keep(made.cosine()), kept.keep(made.sine()));
    }
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
    windows.close();
    wholes.close();
  }
}
