package io.vlmr1.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.nn.Layout;
import io.vlmr1.nn.Layout.Extent;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When gradients are summed: at which pass, and in which order. */
class UnitSumsTest {
  private static final List<String> UNITS = List.of("embedding", "layer", "head");
  private static final Map<Integer, String> BY_LENGTH =
      Map.of(16, "embedding", 32, "layer", 48, "head");

  @BeforeAll
  static void load() {
    Natives.load();
  }

  private static Layout layout() {
    List<Extent> extents = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < UNITS.size(); i++) {
      long elements = 32L * (i + 1);
      extents.add(new Extent(UNITS.get(i), List.of(), from, elements, elements));
      from += elements;
    }
    return new Layout(extents, List.of(), Dtype.FLOAT32, Dtype.FLOAT32, false);
  }

  /** The first of two ranks, whose messages are as this one's and come at once. */
  private static final class Seen implements Ranks {
    final List<String> sums = new ArrayList<>();

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int size() {
      return 2;
    }

    @Override
    public void sum(Tensor tensor) {}

    @Override
    public void broadcast(Tensor tensor, int root) {}

    @Override
    public Pending sumPieces(List<Tensor> pieces) {
      sums.add(Objects.requireNonNull(BY_LENGTH.get((int) pieces.get(0).numel())));
      return Pending.DONE;
    }

    @Override
    public Pending sharePieces(List<Tensor> pieces) {
      return Pending.DONE;
    }

    @Override
    public String address() {
      return "127.0.0.1";
    }

    @Override
    public List<byte[]> gather(byte[] mine) {
      return List.of(mine, mine);
    }

    @Override
    public void barrier() {}

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void wholeGradientsAreSummedInTheLastPassOnlyWhileItGoesOn(int stage) {
    Seen ranks = new Seen();
    try (ZeroStorage storage = new ZeroStorage(layout(), ranks, stage)) {
      storage.begin(2);
      storage.backward(() -> List.of(2, 1, 0).forEach(unit -> storage.unit(unit).learn().close()));
      assertThat(ranks.sums).isEmpty();
      storage.backward(
          () -> {
            storage.unit(2).learn().close();
            assertThat(ranks.sums).as("while backward goes on").containsExactly("head");
            storage.unit(1).learn().close();
            assertThat(ranks.sums).containsExactly("head", "layer");
          });
      storage.complete();
      assertThat(ranks.sums)
          .as("what the pass did not come by goes at its end")
          .containsExactly("head", "layer", "embedding");
    }
  }

  @Test
  void slicedGradientsAreSummedInEveryPass() {
    Seen ranks = new Seen();
    try (ZeroStorage storage = new ZeroStorage(layout(), ranks, 2)) {
      storage.begin(2);
      storage.backward(() -> List.of(2, 1, 0).forEach(unit -> storage.unit(unit).learn().close()));
      storage.backward(() -> {});
      storage.complete();
      assertThat(ranks.sums)
          .containsExactly("head", "layer", "embedding", "head", "layer", "embedding");
    }
  }

  @Test
  void aUnitThatIsUsedTwiceGoesWhenItsLastUseEnds() {
    Seen ranks = new Seen();
    try (ZeroStorage storage = new ZeroStorage(layout(), ranks, 2)) {
      storage.begin(1);
      storage.backward(
          () -> {
            storage.unit(2).learn(true).close();
            assertThat(ranks.sums).isEmpty();
            storage.unit(1).learn().close();
            assertThat(ranks.sums).as("the order is the same on every rank").isEmpty();
            storage.unit(2).learn().close();
            assertThat(ranks.sums).containsExactly("head", "layer");
            assertThatThrownBy(() -> storage.unit(2).learn().close())
                .hasMessage("the gradients of head were whole before");
          });
    }
  }

  @Test
  void aSlicedGradientHasARoomOnlyWhileAPassWritesIt() {
    Seen ranks = new Seen();
    try (ZeroStorage storage = new ZeroStorage(layout(), ranks, 2)) {
      long whole = 4L * (32 + 64 + 96);
      assertThat(storage.held().gradients()).isEqualTo(whole / 2);
      storage.begin(1);
      storage.backward(() -> List.of(2, 1, 0).forEach(unit -> storage.unit(unit).learn().close()));
      assertThat(storage.held().gradientPeak()).isBetween(whole / 2 + 4 * 96, whole / 2 + whole);
      storage.begin(1);
      storage.backward(() -> {});
      assertThat(storage.held().gradients()).isEqualTo(whole / 2);
    }
  }
}
