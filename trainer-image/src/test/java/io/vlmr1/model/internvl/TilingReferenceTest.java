package io.vlmr1.model.internvl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.image.SmartResize;
import io.vlmr1.model.ModelFamily.PixelLimits;
import org.junit.jupiter.api.Test;

class TilingReferenceTest {
  @Test
  void choosesTheTilesThatTheReferenceChooses() {
    for (JsonNode row : ReferenceFolder.json("preprocess/internvl_tiling.json").get("rows")) {
      TilePictures.Tiling tiling =
          new TilePictures.Tiling(
              row.get("tile").asInt(),
              row.get("min_tiles").asInt(),
              row.get("max_tiles").asInt(),
              true);
      TilePictures.Tiling.Grid grid =
          tiling.of(new SmartResize.Size(row.get("width").asInt(), row.get("height").asInt()));
      assertThat(grid)
          .as("%s", row)
          .isEqualTo(
              new TilePictures.Tiling.Grid(row.get("columns").asInt(), row.get("rows").asInt()));
      assertThat(tiling.count(grid)).isEqualTo(row.get("tiles_with_thumbnail").asInt());
    }
  }

  @Test
  void takesALimitOfPixelsForALimitOfTiles() {
    TilePictures.Tiling tiling = new TilePictures.Tiling(448, 1, 12, true);
    SmartResize.Size wide = new SmartResize.Size(4480, 448);
    assertThat(tiling.of(wide).tiles()).isEqualTo(10);
    assertThat(tiling.within(new PixelLimits(null, 4L * 448 * 448)).of(wide).tiles()).isEqualTo(4);
    assertThat(tiling.within(new PixelLimits(null, 1000L)).of(wide).tiles()).isEqualTo(1);
    SmartResize.Size small = new SmartResize.Size(100, 100);
    assertThat(tiling.within(new PixelLimits(3L * 448 * 448, null)).of(small).tiles()).isEqualTo(4);
  }

  @Test
  void refusesPicturesThatAreNextToNothingInOneDirection() {
    TilePictures.Tiling tiling = new TilePictures.Tiling(448, 1, 12, true);
    assertThatThrownBy(() -> tiling.of(new SmartResize.Size(6000, 28)))
        .hasMessageContaining("6000x28 pixels");
  }
}
