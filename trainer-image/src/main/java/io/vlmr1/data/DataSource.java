package io.vlmr1.data;

import io.vlmr1.api.v1alpha1.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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
   * The sources of all entries; an entry that names a mix (.yaml) or a folder stands for several.
   *
   * @throws io.vlmr1.api.contract.VlmR1Exception BAD_DATA for a mix that cannot be followed
   */
  public static List<DataSource> all(List<Dataset> specs, Path dataRoot) {
    return specs.stream()
        .map(spec -> of(spec, dataRoot))
        .flatMap(source -> Mix.is(source) ? Mix.read(source).stream() : Stream.of(source))
        .toList();
  }

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
