package io.vlmr1.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.VlmR1Exception;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceTest {
  @Test
  void withoutGpusAndWishesItIsMainMemory() {
    assertThat(Device.of(Map.of(), 0).name()).isEqualTo("cpu");
    assertThat(Device.of(Map.of(), 0).isMainMemory()).isTrue();
  }

  @Test
  void aGpuIsTakenWhereThereIsOneAndEachLocalRankHasItsOwn() {
    assertThat(Device.of(Map.of(), 8).name()).isEqualTo("cuda:0");
    assertThat(Device.of(Map.of("LOCAL_RANK", "3"), 8).name()).isEqualTo("cuda:3");
    assertThat(Device.of(Map.of("LOCAL_RANK", "3", "VLMR1_DEVICE", "cuda"), 8).name())
        .isEqualTo("cuda:3");
  }

  @Test
  void aPodThatSeesOneGpuUsesItWhateverItsLocalRank() {
    assertThat(Device.of(Map.of("LOCAL_RANK", "3"), 1).name()).isEqualTo("cuda:0");
  }

  @Test
  void aWishIsFollowed() {
    assertThat(Device.of(Map.of("VLMR1_DEVICE", "cpu"), 8).name()).isEqualTo("cpu");
    assertThat(Device.of(Map.of("VLMR1_DEVICE", "cuda:5"), 8).name()).isEqualTo("cuda:5");
  }

  @Test
  void aGpuThatIsNotThereIsAnErrorWithARemedy() {
    assertThatThrownBy(() -> Device.of(Map.of("VLMR1_DEVICE", "cuda"), 0))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("VLMR1_DEVICE=\"cuda\"")
        .hasMessageContaining("set it to cpu");
    assertThatThrownBy(() -> Device.of(Map.of("VLMR1_DEVICE", "npu"), 0))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("npu");
  }
}
