package io.vlmr1.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of a data set.
 *
 * @param file where it stands, for messages
 * @param line counted from 1
 * @param id the row's `id`, or "" when it has none
 * @param problem the first human turn without `<image>`
 * @param solution the first gpt turn as `<answer> … </answer>`
 * @param images absolute paths, in order; empty for text only
 * @param rewardMethod how its accuracy is scored: the row's own, else its file's, else `default`
 * @param columns every other field of the row by name
 */
public record Row(
    Path file,
    int line,
    String id,
    String problem,
    String solution,
    List<Path> images,
    String rewardMethod,
    Map<String, @Nullable Object> columns) {

  /** `file:line`, as messages name the row. */
  public String place() {
    return file + ":" + line;
  }

  /**
   * What supervised fine-tuning teaches: the column `completion` if the row has one, else the
   * solution.
   */
  public String target() {
    return columns.get("completion") instanceof String completion ? completion : solution;
  }
}
