package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.nn.Unit;
import io.vlmr1.tensor.Bytes;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Room;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Weights of this rank's pieces only (stage 3). A unit has a room while it is in use; what other
 * ranks own of it is read from them, ahead of its use on a thread of its own. Ranks need not keep
 * step: one may sample completions while another goes backward, since between two moves weights do
 * not change.
 */
final class SlicedWeights implements WeightPlace {
  static final String NAME = "weights";

  private final Retained kept = new Retained();
  private final ExecutorService bringing = Executors.newSingleThreadExecutor(SlicedWeights::daemon);
  private final Cut cut;
  private final Ranks ranks;
  private final PieceReader reader;
  private final Tensor own;
  private final List<Resident> residents = new ArrayList<>();
  private long open;
  private long peak;

  /** A unit's room. */
  private static final class Resident {
    private final Room room;
    private int uses;
    private @Nullable Future<?> coming;

    Resident(Room room) {
      this.room = room;
    }
  }

  /** Memory that is not set; other ranks may read it. */
  SlicedWeights(Cut cut, Ranks ranks, PieceServer server, PieceReader reader) {
    this.cut = cut;
    this.ranks = ranks;
    this.reader = reader;
    Dtype dtype = cut.layout().weights();
    try (Scope scope = Scope.open()) {
      own = kept.keep(Tensors.empty(dtype, cut.elements(ranks.rank())));
      server.offer(NAME, own);
    }
    for (int unit = 0; unit < cut.units(); unit++) {
      residents.add(new Resident(new Room(dtype, cut.extent(unit).elements(), kept)));
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "weights");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public Tensor of(int unit) {
    return residents.get(unit).room.flat();
  }

  @Override
  public Tensor owned(int unit, int owner) {
    return own.narrow(0, cut.at(unit, owner), cut.length(unit, owner));
  }

  @Override
  public Unit.Use read(int unit) {
    expect(unit);
    Resident resident = residents.get(unit);
    await(resident);
    resident.uses++;
    return () -> {
      resident.uses--;
      leave(resident);
    };
  }

  @Override
  public void expect(int unit) {
    Resident resident = residents.get(unit);
    if (resident.room.isOpen()) {
      return;
    }
    open(resident);
    copy(unit, true);
    Bytes target = Bytes.of(resident.room.flat());
    resident.coming = bringing.submit(() -> bring(unit, target));
  }

  private void open(Resident resident) {
    resident.room.open();
    open += resident.room.bytes();
    peak = Math.max(peak, open);
  }

  /** Between the room and this rank's piece. */
  private void copy(int unit, boolean intoRoom) {
    try (Scope scope = Scope.open()) {
      Range piece = cut.within(unit, ranks.rank());
      Tensor mine = owned(unit, ranks.rank());
      Tensor seen = of(unit).narrow(0, piece.from(), mine.numel());
      if (intoRoom) {
        seen.copy_(mine);
      } else {
        mine.copy_(seen);
      }
    }
  }

  /** Reads the others' pieces; every rank begins with another, so that none is asked by all. */
  private void bring(int unit, Bytes target) {
    long width = cut.layout().weights().bytes();
    for (int i = 1; i < ranks.size(); i++) {
      int other = (ranks.rank() + i) % ranks.size();
      Range piece = cut.within(unit, other);
      PieceReader.Place from =
          new PieceReader.Place(
              NAME, cut.at(unit, other) * width, (piece.to() - piece.from()) * width);
      reader.read(other, from, target, piece.from() * width);
    }
  }

  private static void await(Resident resident) {
    Future<?> coming = resident.coming;
    if (coming == null) {
      return;
    }
    try {
      coming.get();
      resident.coming = null;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException told ? told : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while weights were on their way", e);
    }
  }

  private void leave(Resident resident) {
    if (resident.uses == 0 && resident.room.isOpen()) {
      resident.room.close();
      open -= resident.room.bytes();
    }
  }

  @Override
  public boolean stay() {
    return false;
  }

  @Override
  public Unit.Use fill(int unit) {
    Resident resident = residents.get(unit);
    open(resident);
    return () -> {
      copy(unit, false);
      leave(resident);
    };
  }

  @Override
  public void moved() {
    for (Resident resident : residents) { // what was expected and not used is of the last step
      await(resident);
      leave(resident);
    }
    ranks.barrier();
  }

  @Override
  public long bytes() {
    return own.numel() * cut.layout().weights().bytes();
  }

  @Override
  public long peak() {
    return bytes() + peak;
  }

  @Override
  public void close() {
    bringing.shutdownNow();
    kept.close();
  }
}
