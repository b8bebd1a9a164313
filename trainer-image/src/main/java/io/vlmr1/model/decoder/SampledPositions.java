package io.vlmr1.model.decoder;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Learned positions of a square table read at places between its own: bicubic (Keys 1981, a =
 * -0.75), borders repeated, corners not aligned, as torch's `interpolate` and `grid_sample` do. It
 * is one product with a matrix [N, side²], so the table's gradient is the product with its
 * transpose. N places, D wide.
 */
public final class SampledPositions implements AutoCloseable {
  private static final double SHARPNESS = -0.75;
  private static final int TAPS = 4;

  private final Retained kept = new Retained();
  private final Tensor matrix;

  /**
   * A place in a picture.
   *
   * @param row of a patch
   * @param column of it
   * @param rows of the picture
   * @param columns of it
   */
  public record Place(int row, int column, int rows, int columns) {}

  /** Of places in a table of side² positions. */
  public SampledPositions(int side, List<Place> places) {
    float[] values = new float[places.size() * side * side];
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      double y = (place.row() + 0.5) * side / place.rows() - 0.5;
      double x = (place.column() + 0.5) * side / place.columns() - 0.5;
      int top = (int) Math.floor(y) - 1;
      int left = (int) Math.floor(x) - 1;
      for (int down = 0; down < TAPS; down++) {
        int row = Math.min(side - 1, Math.max(0, top + down));
        for (int across = 0; across < TAPS; across++) {
          int column = Math.min(side - 1, Math.max(0, left + across));
          values[(i * side + row) * side + column] +=
              (float) (weight(y - top - down) * weight(x - left - across));
        }
      }
    }
    try (Scope scope = Scope.open()) {
      matrix = kept.keep(Tensors.ofFloats(values, places.size(), (long) side * side));
    }
  }

  private static double weight(double distance) {
    double x = Math.abs(distance);
    if (x <= 1) {
      return ((SHARPNESS + 2) * x - (SHARPNESS + 3)) * x * x + 1;
    }
    return x < 2 ? ((SHARPNESS * x - 5 * SHARPNESS) * x + 8 * SHARPNESS) * x - 4 * SHARPNESS : 0;
  }

  /** table [side², D] to [N, D] of its type. */
  public Tensor read(Tensor table) {
    return matrix.mm(Tensors.float32(table)).to(Dtype.of(table).scalarType());
  }

  /** The gradient of the table, [side², D] float32, from that of what was read. */
  public Tensor backward(Tensor gradient) {
    return matrix.t().mm(Tensors.float32(gradient));
  }

  @Override
  public void close() {
    kept.close();
  }
}
