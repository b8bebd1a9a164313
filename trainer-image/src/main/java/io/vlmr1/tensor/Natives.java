package io.vlmr1.tensor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads libtorch once. The first use on a machine extracts it from its jar into a cache; two
 * processes that did so at once would crash each other, so a lock on a file in that cache lets them
 * in one by one.
 */
public final class Natives {
  private static boolean loaded;

  private Natives() {}

  /**
   * Loads the natives if this process has not done so.
   *
   * @throws IllegalStateException naming the cache folder and what to do, when they cannot be
   *     loaded
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    try {
      Path cache = Loader.getCacheDir().toPath();
      if (Files.isWritable(cache)) {
        loadLocked(cache.resolve(".vlmr1-load.lock"));
      } else {
        Loader.load(torch.class); // a read-only image: extracted when it was built
      }
      loaded = true;
    } catch (IOException | UnsatisfiedLinkError error) {
      throw new IllegalStateException(
          "libtorch does not load: "
              + NativeErrors.message(error)
              + "; see `vlmr1 doctor`, or set -Dorg.bytedeco.javacpp.cachedir to a writable folder",
          error);
    }
  }

  /** Compute threads of this process; 1 or more. */
  public static void setThreads(int threads) {
    load();
    torch.set_num_threads(threads);
  }

  /** Gives memory that was freed, and that the allocator keeps, back to the system. */
  public static void trimMemory() {
    load();
    Pointer.trimMemory();
  }

  private static void loadLocked(Path lockFile) throws IOException {
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      Loader.load(torch.class);
    }
  }
}
