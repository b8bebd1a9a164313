package io.vlmr1.data;

import io.vlmr1.api.v1alpha1.Dataset;
import java.nio.file.Path;

/**
 * A data file with what belongs to it.
 *
 * @param name in messages and metrics
 * @param file JSON Lines
 * @param images folder that image names start from
 * @param rewardMethod of rows that name none
 * @param sampling which rows take part
 */
public record DataSource(
    String name, Path file, Path images, String rewardMethod, Sampling sampling) {

  /**
   * The source of a spec's entry; relative paths start from the data root.
   *
   * @throws IllegalArgumentException for an unknown sampling
   */
  public static DataSource of(Dataset spec, Path dataRoot) {
    String images = spec.images();
    return new DataSource(
        spec.name(),
        dataRoot.resolve(spec.path()).normalize(),
        images == null ? dataRoot : dataRoot.resolve(images).normalize(),
        spec.rewardMethod(),
        Sampling.parse(spec.sampling()));
  }
}
