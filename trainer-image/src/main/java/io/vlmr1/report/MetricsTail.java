package io.vlmr1.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows a metrics.jsonl that another process writes, also when that one cuts it back to go on
 * from a checkpoint.
 */
public final class MetricsTail {
  private final Path file;
  private @Nullable FileTime changed;
  private int told;

  /** Follows the file, which may not exist yet; what it holds already counts as told. */
  public MetricsTail(Path file) {
    this.file = file;
    poll();
  }

  /** Steps that have come since the last call. */
  public List<MetricsLog.Step> poll() {
    try {
      if (!Files.exists(file)) {
        return List.of();
      }
      FileTime now = Files.getLastModifiedTime(file);
      if (now.equals(changed)) {
        return List.of();
      }
      changed = now;
    } catch (IOException e) {
      return List.of(); // it is being replaced: the next poll sees it
    }
    List<MetricsLog.Step> all = MetricsLog.read(file);
    List<MetricsLog.Step> fresh = all.subList(Math.min(told, all.size()), all.size());
    told = all.size();
    return fresh;
  }
}
