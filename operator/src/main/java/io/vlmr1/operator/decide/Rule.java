package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.util.Optional;

/** One question about a job. Pure. */
interface Rule {
  /** The answer; empty when a later rule has to decide. */
  Optional<Decision> decide(Observed seen);
}
