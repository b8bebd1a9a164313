package io.vlmr1.cli.fetch;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Brings a model's files into a folder; what is there already is not asked for again. */
final class Download {
  private static final String STATE = ".fetch";
  private static final String COMPLETE = "complete";

  /** How it is done. */
  record Settings(int connections, long partBytes, int tries, Duration firstWait) {}

  private final Hub hub;
  private final HubModel model;
  private final Path folder;
  private final Settings settings;
  private final Consumer<String> tell;
  private final AtomicLong received = new AtomicLong();

  Download(Hub hub, HubModel model, Path folder, Settings settings, Consumer<String> tell) {
    this.hub = hub;
    this.model = model;
    this.folder = folder;
    this.settings = settings;
    this.tell = tell;
  }

  /** Returns the bytes that came over the network. */
  long run() {
    try {
      Path state = Files.createDirectories(folder.resolve(STATE));
      try (FileChannel lock =
              FileChannel.open(
                  state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = lock.lock()) { // another job may be filling the same cache
        fetch(state);
      }
      return received.get();
    } catch (FileSystemException e) {
      throw new VlmR1Exception(ExitCode.OUTPUT_VOLUME, folder + " cannot be written: " + e, e);
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.INTERNAL,
          model + " was not fetched: " + e.getMessage() + "; the next start goes on from here",
          e);
    }
  }

  private void fetch(Path state) throws IOException {
    Path complete = state.resolve(COMPLETE);
    Hub.Listing listing;
    try {
      listing = retried(() -> hub.list(model));
    } catch (IOException e) {
      if (Files.exists(complete)) {
        tell.accept(model + " is here; the hub does not answer: " + e.getMessage());
        return;
      }
      throw e;
    }
    if (Files.exists(complete) && Files.readString(complete).strip().equals(listing.commit())) {
      tell.accept(model + " is here, at commit " + listing.commit());
      return;
    }
    Files.deleteIfExists(complete);
    List<HubFile> wanted = listing.files().stream().filter(HubFile::wanted).toList();
    for (HubFile file : wanted) {
      one(state, listing.commit(), file);
    }
    Files.writeString(complete, listing.commit() + "\n");
    tell.accept(model + ": " + wanted.size() + " files at commit " + listing.commit());
  }

  private void one(Path state, String commit, HubFile file) throws IOException {
    Path target = folder.resolve(file.name());
    Path mark = state.resolve("have-" + Integer.toHexString(file.hashCode()));
    if (Files.exists(mark) && Files.exists(target) && Files.size(target) == file.size()) {
      return;
    }
    try (PartFile part = PartFile.open(state, file)) {
      for (int round = 0; ; round++) {
        parts(part, commit, file);
        if (part.isIntact()) {
          part.become(target);
          Files.writeString(mark, file.name() + "\n");
          tell.accept(file.name() + ": " + file.size() + " bytes, checked");
          return;
        }
        tell.accept(file.name() + ": its checksum is wrong; fetched once more");
        part.startOver();
        if (round > 0) {
          throw new IOException(
              file.name() + " came twice with another checksum than the hub tells");
        }
      }
    }
  }

  private void parts(PartFile part, String commit, HubFile file) throws IOException {
    ExecutorService connections = Executors.newFixedThreadPool(settings.connections());
    try {
      List<Future<?>> all = new ArrayList<>();
      for (long from = 0; from < file.size(); from += settings.partBytes()) {
        long start = from;
        long end = Math.min(from + settings.partBytes(), file.size());
        if (!part.has(start)) {
          all.add(
              connections.submit(
                  () -> {
                    part(part, commit, file, start, end);
                    return null;
                  }));
        }
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof VlmR1Exception known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      connections.shutdownNow();
    }
  }

  /** A connection that breaks off is followed by another one, from where it broke off. */
  private void part(PartFile part, String commit, HubFile file, long from, long to)
      throws IOException {
    AtomicLong at = new AtomicLong(from);
    while (at.get() < to) {
      retried(
          () -> {
            long before = at.get();
            try (InputStream body = hub.open(model, commit, file, before, to)) {
              part.write(at, to, body);
            } catch (FileSystemException e) {
              throw e;
            } catch (IOException e) {
              if (at.get() == before) {
                throw e; // what came counts: the next connection goes on from there
              }
            } finally {
              received.addAndGet(at.get() - before);
            }
            if (at.get() == before) {
              throw new IOException(file.name() + ": the connection ended before byte " + to);
            }
            return at.get();
          });
    }
    part.done(from);
  }

  private interface Attempt<T> {
    T run() throws IOException;
  }

  private <T> T retried(Attempt<T> attempt) throws IOException {
    Duration wait = settings.firstWait();
    for (int i = 1; ; i++) {
      try {
        return attempt.run();
      } catch (FileSystemException e) {
        throw e; // the disk, not the network
      } catch (IOException e) {
        if (i >= settings.tries()) {
          throw e;
        }
        pause(wait);
        wait = wait.multipliedBy(2);
      }
    }
  }

  private static void pause(Duration wait) throws IOException {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
