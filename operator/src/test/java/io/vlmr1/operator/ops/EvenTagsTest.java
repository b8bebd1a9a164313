package io.vlmr1.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvenTagsTest {
  @Test
  void bothWaysOfCountingAnEventBearTheSameTags() {
    MeterRegistry registry = new SimpleMeterRegistry();
    registry.config().meterFilter(new EvenTags().evenTags());
    registry.counter(EvenTags.METER, "event", "ResourceEvent", "action", "ADDED").increment();
    registry.counter(EvenTags.METER, "event", "Event").increment();
    registry.counter("another", "event", "Event").increment();
    Set<Set<String>> keys = new HashSet<>();
    for (Meter meter : registry.find(EvenTags.METER).meters()) {
      Set<String> own = new HashSet<>();
      meter.getId().getTags().forEach(tag -> own.add(tag.getKey()));
      keys.add(own);
    }
    assertThat(keys).containsExactly(Set.of("event", "action"));
    assertThat(registry.get("another").counter().getId().getTag("action")).isNull();
  }
}
