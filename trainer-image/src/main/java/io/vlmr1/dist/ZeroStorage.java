package io.vlmr1.dist;

import io.vlmr1.nn.Layout;
import io.vlmr1.nn.Layout.Extent;
import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.nn.Storage;
import io.vlmr1.nn.Unit;
import io.vlmr1.tensor.Bytes;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Weights that ranks train together, spread over them as far as a stage of ZeRO says (Rajbhandari
 * et al. 2020): 0 nothing, 1 the optimizer's state, 2 gradients too, 3 weights too.
 *
 * <p>In every stage the same elements are summed in the same order, so that with one backward pass
 * a step all stages give the same bits. Of an adapter the weights stay whole in stage 3 too: they
 * are few, and its switch needs them.
 */
public final class ZeroStorage implements Storage {
  private final Layout layout;
  private final Ranks ranks;
  private final int stage;
  private final Cut cut;
  private final @Nullable Exchange exchange;
  private final WeightPlace weights;
  private final GradientPlace gradients;
  private final UnitSums sums;
  private final List<Unit> units;
  private int passes;
  private int done;
  private boolean summing;

  /**
   * Takes the memory that this rank needs; every rank does it at the same time.
   *
   * @param stage 0 to 3
   */
  public ZeroStorage(Layout layout, Ranks ranks, int stage) {
    this.layout = layout;
    this.ranks = ranks;
    this.stage = stage;
    cut = new Cut(layout, ranks.size());
    exchange = stage == 0 ? null : Exchange.of(ranks);
    weights =
        stage == 3 && !layout.adapted()
            ? new SlicedWeights(cut, ranks, others().server(), others().reader())
            : new WholeWeights(cut, ranks, stage == 0);
    gradients =
        stage >= 2 ? new SlicedGradients(cut, ranks) : new WholeGradients(cut, ranks, stage == 0);
    sums = new UnitSums(cut, gradients);
    units = IntStream.range(0, cut.units()).<Unit>mapToObj(Cooperative::new).toList();
  }

  /** How ranks read each other's pieces. */
  private record Exchange(PieceServer server, PieceReader reader) {
    static Exchange of(Ranks ranks) {
      PieceServer server = new PieceServer();
      byte[] card = server.card(ranks.address());
      return new Exchange(server, new PieceReader(ranks.rank(), ranks.gather(card)));
    }
  }

  private Exchange others() {
    return Objects.requireNonNull(exchange, "every rank has all in stage 0");
  }

  /** A unit of which ranks keep the parts. */
  private final class Cooperative implements Unit {
    private final int number;

    Cooperative(int number) {
      this.number = number;
    }

    @Override
    public Use read() {
      return weights.read(number);
    }

    @Override
    public Use learn(boolean more) {
      Use reading = weights.read(number);
      gradients.open(number);
      sums.look();
      return () -> {
        reading.close();
        if (summing && !more) {
          sums.complete(number);
        }
      };
    }

    @Override
    public void expect() {
      weights.expect(number);
    }

    @Override
    public boolean stays() {
      return weights.stay();
    }
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public Tensor weights(int unit) {
    return weights.of(unit);
  }

  @Override
  public Tensor gradients(int unit) {
    return gradients.of(unit);
  }

  @Override
  public Unit unit(int unit) {
    return units.get(unit);
  }

  @Override
  public Tensor flatWeights() {
    return weights.flat();
  }

  @Override
  public Tensor flatGradients() {
    return gradients.flat();
  }

  @Override
  public Unit.Use fill(int unit) {
    return weights.fill(unit);
  }

  @Override
  public void begin(int passes) {
    gradients.zero();
    done = 0;
    // sliced gradients are summed in every pass: ranks with fewer of them take part with zeros
    this.passes = stage >= 2 ? most(passes) : passes;
  }

  private int most(int mine) {
    byte[] message = ByteBuffer.allocate(Integer.BYTES).putInt(mine).array();
    return ranks.gather(message).stream()
        .mapToInt(other -> ByteBuffer.wrap(other).getInt())
        .max()
        .orElse(mine);
  }

  @Override
  public void backward(Runnable pass) {
    done++;
    summing = stage >= 2 || done == passes;
    if (summing) {
      sums.begin();
    }
    pass.run();
    if (summing) {
      sums.flush();
    }
    summing = false;
  }

  @Override
  public void complete() {
    if (stage >= 2) {
      while (done < passes) {
        backward(() -> {});
      }
    } else if (passes == 0) {
      sums.begin(); // this rank had nothing to learn from, others did
      sums.flush();
    }
  }

  @Override
  public boolean sums() {
    return true;
  }

  @Override
  public List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (int owner = 0; owner < ranks.size(); owner++) {
      if (stage > 0 && owner != ranks.rank()) {
        continue; // its owner moves it
      }
      for (int unit = 0; unit < cut.units(); unit++) {
        add(unit, owner, pieces);
      }
    }
    return pieces;
  }

  private void add(int unit, int owner, List<Piece> pieces) {
    Extent extent = cut.extent(unit);
    Range piece = cut.among(unit, owner);
    long at = stage == 0 ? piece.from() : cut.at(unit, owner);
    for (Range range : layout.moving(extent, piece)) {
      long from = range.from() - piece.from();
      long length = range.to() - range.from();
      pieces.add(
          new Piece(
              owner,
              at + from,
              weights.owned(unit, owner).narrow(0, from, length),
              gradients.owned(unit, owner).narrow(0, from, length),
              range.from() < extent.from() + extent.decayed()));
    }
  }

  @Override
  public long elements() {
    return stage == 0 ? layout.elements() : cut.elements(ranks.rank());
  }

  @Override
  public double total(double[] byOwner) {
    double total = 0;
    if (stage == 0) {
      for (double value : byOwner) {
        total += value;
      }
      return total;
    }
    ByteBuffer mine = ByteBuffer.allocate(Double.BYTES);
    mine.putDouble(byOwner.length == 0 ? 0 : byOwner[0]);
    for (byte[] other : ranks.gather(mine.array())) {
      total += ByteBuffer.wrap(other).getDouble();
    }
    return total;
  }

  @Override
  public void moved() {
    weights.moved();
  }

  @Override
  public void offer(String name, Tensor mine) {
    if (exchange != null) {
      exchange.server().offer(name, mine);
    }
  }

  @Override
  public void whole(String name, Tensor mine, Consumer<Tensor> parts) {
    if (stage == 0) {
      parts.accept(mine);
      return;
    }
    for (int unit = 0; unit < cut.units(); unit++) {
      for (int owner = 0; owner < ranks.size(); owner++) {
        try (Scope scope = Scope.open()) {
          long at = cut.at(unit, owner);
          long length = cut.length(unit, owner);
          parts.accept(
              owner == ranks.rank()
                  ? mine.narrow(0, at, length)
                  : read(name, owner, new Range(at, at + length), Dtype.of(mine)));
        }
      }
    }
  }

  private Tensor read(String name, int owner, Range range, Dtype dtype) {
    Tensor theirs = Tensors.empty(dtype, range.to() - range.from());
    long width = dtype.bytes();
    others()
        .reader()
        .read(
            owner,
            new PieceReader.Place(name, range.from() * width, theirs.numel() * width),
            Bytes.of(theirs),
            0);
    return theirs;
  }

  @Override
  public void take(Tensor whole, Tensor mine) {
    if (stage == 0) {
      mine.copy_(whole);
      return;
    }
    try (Scope scope = Scope.open()) {
      for (int unit = 0; unit < cut.units(); unit++) {
        long length = cut.length(unit, ranks.rank());
        mine.narrow(0, cut.at(unit, ranks.rank()), length)
            .copy_(whole.narrow(0, cut.among(unit, ranks.rank()).from(), length));
      }
    }
  }

  @Override
  public Held held() {
    return new Held(weights.bytes(), gradients.bytes(), weights.peak(), sums.peak());
  }

  @Override
  public void close() {
    if (exchange != null) {
      exchange.server().close();
    }
    weights.close();
    gradients.close();
  }
}
