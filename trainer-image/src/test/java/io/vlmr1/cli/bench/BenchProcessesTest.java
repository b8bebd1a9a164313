package io.vlmr1.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.ChildJvm;
import io.vlmr1.cli.Main;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchProcessesTest {
  @Test
  void twoProcessesPrintOneObject() throws IOException {
    String command =
        "bench --size 6m --work update --processes 2 --threads 1 --warmup 0 --repeat 1"
            + " --image 56x56 --prompt-tokens 40 --completion 4 --group 2";
    try (ChildJvm bench = ChildJvm.start(Main.class, Map.of(), command.split(" "))) {
      assertThat(bench.exitCode()).as(bench.output()).isZero();
      JsonNode found =
          new ObjectMapper().readTree(bench.output().lines().reduce((first, last) -> last).get());
      assertThat(found.path("processes").asInt()).isEqualTo(2);
      assertThat(found.path("seconds_median").asDouble()).isPositive();
    }
  }
}
