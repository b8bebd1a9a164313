package io.vlmr1.model.internvl;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.Patches;
import io.vlmr1.image.Resize;
import io.vlmr1.image.SmartResize;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.prompt.PatchPictures;
import io.vlmr1.model.prompt.Pictures;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Pictures as tiles of one size: as many columns and rows as fit the proportions best, and the
 * whole picture small as one more (InternVL 1.5, arXiv 2404.16821).
 *
 * @param tiling how many tiles
 * @param patchSide of a patch in pixels
 * @param block patches of a token's side
 * @param recipe how pixels are normalised: a tile is cut as one patch
 */
record TilePictures(Tiling tiling, int patchSide, int block, Patches.Recipe recipe)
    implements Pictures {
  /** Pictures with a smaller side are enlarged first, as VLM-R1 does. */
  private static final int SMALLEST_SIDE = 28;

  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_DEVIATION = List.of(0.229, 0.224, 0.225);

  /**
   * How many tiles.
   *
   * @param side of a tile in pixels
   * @param least number of tiles
   * @param most number of tiles, the thumbnail not counted
   * @param thumbnail whether a picture of more than one tile is also shown whole
   */
  record Tiling(int side, int least, int most, boolean thumbnail) {

    /** Columns and rows of tiles. */
    record Grid(int columns, int rows) {
      int tiles() {
        return columns * rows;
      }
    }

    /** A limit of a picture's pixels is one of its tiles. */
    Tiling within(PixelLimits pixels) {
      Long fewest = pixels.least();
      Long area = pixels.most();
      long tile = (long) side * side;
      int lower = fewest == null ? least : (int) ((fewest + tile - 1) / tile);
      int upper = area == null ? most : (int) Math.max(1, area / tile);
      return new Tiling(side, Math.min(Math.max(1, lower), upper), upper, thumbnail);
    }

    /**
     * The grid whose proportions are nearest; on a tie a larger one, if the picture fills more than
     * half of it.
     *
     * @throws IllegalArgumentException when one side is more than 200 times the other
     */
    Grid of(SmartResize.Size picture) {
      SmartResize.requireProportions(picture.width(), picture.height());
      List<Grid> grids = new ArrayList<>();
      for (int columns = 1; columns <= most; columns++) {
        for (int rows = 1; rows <= most; rows++) {
          Grid grid = new Grid(columns, rows);
          if (grid.tiles() >= least && grid.tiles() <= most) {
            grids.add(grid);
          }
        }
      }
      grids.sort(Comparator.comparingInt(Grid::tiles));
      double wanted = (double) picture.width() / picture.height();
      double area = (double) picture.width() * picture.height();
      Grid best = new Grid(1, 1);
      double nearest = Double.POSITIVE_INFINITY;
      for (Grid grid : grids) {
        double difference = Math.abs(wanted - (double) grid.columns() / grid.rows());
        boolean fills = area > 0.5 * side * side * grid.columns() * grid.rows();
        if (difference < nearest || (difference == nearest && fills)) {
          best = grid;
          nearest = difference;
        }
      }
      return best;
    }

    /** Tiles of a grid, thumbnail included. */
    int count(Grid grid) {
      return grid.tiles() + (thumbnail && grid.tiles() > 1 ? 1 : 0);
    }
  }

  static TilePictures of(Tiling tiling, int patchSide, int block, JsonNode preprocessor) {
    return new TilePictures(
        tiling,
        patchSide,
        block,
        new Patches.Recipe(
            tiling.side(),
            1,
            1,
            preprocessor.path("rescale_factor").asDouble(1.0 / 255),
            PatchPictures.channels(preprocessor.path("image_mean"), IMAGENET_MEAN),
            PatchPictures.channels(preprocessor.path("image_std"), IMAGENET_DEVIATION)));
  }

  @Override
  public PreparedImage prepare(DecodedImage image) {
    DecodedImage large = Resize.atLeast(image, SMALLEST_SIDE);
    Tiling.Grid grid = tiling.of(new SmartResize.Size(large.width(), large.height()));
    int side = tiling.side();
    float[] whole = pixels(large, grid.columns() * side, grid.rows() * side);
    int tiles = tiling.count(grid);
    float[] values = whole;
    if (tiles > grid.tiles()) {
      float[] thumbnail = pixels(large, side, side);
      values = new float[whole.length + thumbnail.length];
      System.arraycopy(whole, 0, values, 0, whole.length);
      System.arraycopy(thumbnail, 0, values, whole.length, thumbnail.length);
    }
    return new PreparedImage(
        Tensors.ofFloatsInMainMemory(values, tiles, 3, side, side),
        tiles,
        side / patchSide,
        side / patchSide,
        image.width(),
        image.height());
  }

  /** The picture in a size, tile after tile. */
  private float[] pixels(DecodedImage image, int width, int height) {
    return Patches.of(Resize.to(image, width, height, Resize.Filter.BICUBIC), recipe).values();
  }

  @Override
  public int tokens(SmartResize.Size picture) {
    SmartResize.Size large = Resize.atLeast(picture, SMALLEST_SIDE);
    int side = tiling.side() / patchSide / block;
    return tiling.count(tiling.of(large)) * side * side;
  }
}
