package io.vlmr1.data;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads data files once from front to back, checks every row on several threads, and leaves an
 * index of the usable ones. Only a few batches of rows are in memory at a time.
 *
 * @param check what rows must fulfil besides their form
 * @param key what the check depends on; an index that was made with another one is made again
 * @param folder where indices are kept between runs; null: in memory only
 * @param reuse whether an index of an earlier scan is trusted; images may have gone since
 * @param threads that check
 * @param listener hears faults and progress
 */
public record DataScan(
    RowCheck check,
    String key,
    @Nullable Path folder,
    boolean reuse,
    int threads,
    Listener listener) {
  private static final int BATCH = 128;

  /** Hears of a scan, in the order of the rows, on one thread. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /** Something that must be mended: `file:line: what is wrong`. */
    default void fault(String fault) {}

    /** Something that is accepted and rarely meant. */
    default void note(String note) {}

    /** How far the scan of a file is. */
    default void progress(Path file, long rows, long bytes, long of) {}
  }

  /** A scan that keeps nothing and uses this thread's time only. */
  public static DataScan inMemory(RowCheck check) {
    return new DataScan(check, "", null, false, 1, Listener.NONE);
  }

  /**
   * The usable rows of a file: from its index when file and checks are those that it was made with,
   * else by a scan.
   *
   * @param faults every fault is added
   */
  RowFile open(DataSource source, Faults faults) {
    Path file = source.file();
    try {
      if (!Files.isRegularFile(file)) {
        String fault = file + ": no such file; correct path of data set " + source.name();
        listener.fault(fault);
        faults.add(fault);
        return RowFile.empty(source);
      }
      String whole = key(source);
      Path index = folder == null ? null : folder.resolve(name(source, whole));
      Optional<RowIndex> known =
          index == null || !reuse ? Optional.empty() : RowIndex.open(index, whole);
      return known.isPresent()
          ? new RowFile(source, known.get())
          : new RowFile(source, scan(source, whole, index, faults));
    } catch (IOException e) {
      faults.add(file + ": not readable (" + e + ")");
      return RowFile.empty(source);
    }
  }

  private String key(DataSource source) throws IOException {
    return String.join(
        "\n",
        key,
        source.file().toString(),
        Long.toString(Files.size(source.file())),
        Files.getLastModifiedTime(source.file()).toString(),
        source.images().toString(),
        source.rewardMethod());
  }

  private static String name(DataSource source, String key) {
    byte[] hash = digest().digest(key.getBytes(StandardCharsets.UTF_8));
    String safe = source.name().replaceAll("[^A-Za-z0-9._-]", "_");
    return safe + "-" + HexFormat.of().formatHex(hash, 0, 8) + ".rows";
  }

  private RowIndex scan(DataSource source, String whole, @Nullable Path index, Faults faults)
      throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, threads), DataScan::daemon);
    try (RowIndex.Builder builder = new RowIndex.Builder(index)) {
      Walk walk = new Walk(source, pool, builder, faults);
      RawRows.walk(source.file(), walk);
      walk.finish();
      RowIndex.Header header = new RowIndex.Header(whole, sha256(source.file()), walk.dropped);
      // faulty data gets no index on disk: the next run must look again
      return walk.faulty ? new RowIndex.Builder(null).build(header) : builder.build(header);
    } finally {
      pool.shutdownNow();
    }
  }

  /** What a batch of rows came to. */
  private record Checked(
      List<RawRows.Raw> kept, int dropped, List<String> problems, List<String> notes) {}

  private Checked check(DataSource source, List<RawRows.Raw> batch) {
    RowReader reader = new RowReader(source, check);
    Checked checked = new Checked(new ArrayList<>(), 0, new ArrayList<>(), new ArrayList<>());
    int dropped = 0;
    for (RawRows.Raw raw : batch) {
      Optional<Row> row = reader.read(raw, checked.problems(), checked.notes());
      if (row.isPresent()) {
        if (check.drops(row.get())) {
          dropped++;
        } else {
          checked.kept().add(raw);
        }
      }
    }
    return new Checked(checked.kept(), dropped, checked.problems(), checked.notes());
  }

  /** Hands batches out and takes what they came to in the order of the file. */
  private final class Walk implements RawRows.Taker {
    private final DataSource source;
    private final ExecutorService pool;
    private final RowIndex.Builder builder;
    private final Faults faults;
    private final Deque<Future<Checked>> running = new ArrayDeque<>();
    private final long bytes;
    private List<RawRows.Raw> batch = new ArrayList<>();
    private long rows;
    private int dropped;
    private boolean faulty;

    Walk(DataSource source, ExecutorService pool, RowIndex.Builder builder, Faults faults)
        throws IOException {
      this.source = source;
      this.pool = pool;
      this.builder = builder;
      this.faults = faults;
      this.bytes = Files.size(source.file());
    }

    @Override
    public void take(RawRows.Raw raw) throws IOException {
      rows++;
      batch.add(raw);
      if (batch.size() == BATCH) {
        submit();
        listener.progress(source.file(), rows, raw.offset(), bytes);
      }
    }

    @Override
    public void fault(int line, String what) throws IOException {
      finish();
      add(source.file() + ":" + line + ": " + what);
    }

    void finish() throws IOException {
      submit();
      while (!running.isEmpty()) {
        collect(running.remove());
      }
      listener.progress(source.file(), rows, bytes, bytes);
    }

    private void submit() throws IOException {
      List<RawRows.Raw> whole = batch;
      batch = new ArrayList<>();
      running.add(pool.submit(() -> check(source, whole)));
      while (running.size() > 2 * threads + 1) {
        collect(running.remove());
      }
    }

    private void collect(Future<Checked> future) throws IOException {
      Checked checked = join(future);
      for (RawRows.Raw raw : checked.kept()) {
        builder.add(raw.offset(), raw.bytes().length, raw.line());
      }
      dropped += checked.dropped();
      checked.problems().forEach(this::add);
      checked.notes().forEach(listener::note);
    }

    private void add(String fault) {
      faulty = true;
      faults.add(fault);
      listener.fault(fault);
    }
  }

  private static Checked join(Future<Checked> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while rows were checked", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UncheckedIOException io) {
        throw new IOException(io.getMessage(), io);
      }
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  /** SHA-256 of a file, in hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 16];
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "data-check");
    thread.setDaemon(true);
    return thread;
  }

  /** The first faults in words, and how many there are. */
  static final class Faults {
    /** More would hide the first behind a screenful. */
    private static final int SHOWN = 20;

    private final List<String> first = new ArrayList<>();
    private long count;

    void add(String fault) {
      count++;
      if (first.size() < SHOWN) {
        first.add(fault);
      }
    }

    void throwIfAny() {
      if (count > 0) {
        long hidden = count - first.size();
        String shown = String.join("\n", first);
        throw new VlmR1Exception(
            ExitCode.BAD_DATA, hidden > 0 ? shown + "\nand " + hidden + " more problems" : shown);
      }
    }
  }
}
