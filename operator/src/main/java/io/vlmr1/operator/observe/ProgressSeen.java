package io.vlmr1.operator.observe;

import io.vlmr1.api.contract.Progress;
import java.time.Instant;

/**
 * What rank 0 answered last.
 *
 * @param latest its newest answer
 * @param firstStep the step that this attempt went on from
 * @param movedAt when step or state changed last, by the operator's clock
 */
public record ProgressSeen(Progress latest, int firstStep, Instant movedAt) {}
