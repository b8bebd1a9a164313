package io.vlmr1.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.tensor.Natives;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against torch's CPU kernels, which the parity tests hold to the reference. */
class PlainAttentionTest {
  private static final float CLOSE = 2e-5f;

  @BeforeAll
  static void load() {
    Natives.load();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void outputsAndGradientsAreThoseOfTheKernel(boolean causal) {
    try (Scope scope = Scope.open()) {
      Heads heads = heads(3, 7, causal ? 7 : 5);
      FlashAttention.Result kernel = FlashAttention.forward(heads, causal);
      FlashAttention.Result plain = PlainAttention.forward(heads, causal, null);
      assertClose(plain.output(), kernel.output());
      assertClose(plain.logSum(), kernel.logSum());
      Tensor outer = torch.randn(3, 7, 4, 8);
      Heads byKernel = FlashAttention.backward(heads, kernel, outer, causal);
      Heads byPlain = PlainAttention.backward(heads, kernel, outer, causal);
      assertClose(byPlain.query(), byKernel.query());
      assertClose(byPlain.key(), byKernel.key());
      assertClose(byPlain.value(), byKernel.value());
    }
  }

  @Test
  void aMaskIsAddedToTheScores() {
    try (Scope scope = Scope.open()) {
      Heads heads = heads(2, 3, 6);
      Tensor mask = torch.randn(2, 1, 3, 6);
      FlashAttention.Result plain = PlainAttention.forward(heads, false, mask);
      Heads byHeads = heads.each(tensor -> tensor.transpose(1, 2));
      try (Retained owner = new Retained()) {
        FlashAttention.Fixed fixed =
            new FlashAttention.Fixed(byHeads.key(), byHeads.value(), mask, owner);
        for (int again = 0; again < 2; again++) {
          FlashAttention.Result byKernel = fixed.of(byHeads.query());
          assertClose(plain.output(), byKernel.output().transpose(1, 2));
          assertClose(plain.logSum(), byKernel.logSum().transpose(1, 2));
        }
      }
    }
  }

  /** Four query heads share two key heads. */
  private static Heads heads(long batch, long queries, long keys) {
    return new Heads(
        torch.randn(batch, queries, 4, 8),
        torch.randn(batch, keys, 2, 8),
        torch.randn(batch, keys, 2, 8));
  }

  private static void assertClose(Tensor found, Tensor expected) {
    assertThat(Tensors.shape(found)).isEqualTo(Tensors.shape(expected));
    assertThat(Tensors.toFloats(found.sub(expected).abs().max())[0]).isLessThan(CLOSE);
  }
}
