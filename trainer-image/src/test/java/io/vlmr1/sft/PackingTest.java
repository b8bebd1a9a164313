package io.vlmr1.sft;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedPrompt;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackingTest {
  @Test
  void fillsPassesUpToTheirTokensInOrder() {
    List<Pack> packs = Packing.byTokens(10).packs(rows(4, 6, 3, 20, 1, 9));
    assertThat(packs).extracting(pack -> pack.groups().size()).containsExactly(2, 1, 1, 2);
    assertThat(packs.stream().mapToInt(Pack::completionTokens).sum()).isEqualTo(6);
  }

  @Test
  void takesSoManyRowsHoweverLongTheyAre() {
    assertThat(Packing.byRows(2).packs(rows(400, 6, 3)))
        .extracting(pack -> pack.groups().size())
        .containsExactly(2, 1);
  }

  /** One answer token each, behind a prompt of the rest. */
  private static List<Pack.Group> rows(int... lengths) {
    return IntStream.of(lengths)
        .mapToObj(
            length ->
                new Pack.Group(
                    new PreparedPrompt(new int[length - 1], List.of()), List.of(new int[] {1})))
        .toList();
  }
}
