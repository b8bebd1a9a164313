package io.vlmr1.operator.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * The SDK counts events.received with and without the tag action. Prometheus takes one set of tags
 * a name; Quarkus makes an exception of the second one, thrown inside the informer: the event would
 * be lost, and the job never reconciled.
 */
public final class EvenTags {
  static final String METER = "events.received";
  private static final String ACTION = "action";

  /** Adds the missing tag. */
  @Produces
  @Singleton
  MeterFilter evenTags() {
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        return METER.equals(id.getName()) && id.getTag(ACTION) == null
            ? id.withTag(Tag.of(ACTION, "NONE"))
            : id;
      }
    };
  }
}
