/**
 * What a training will take of a device before it runs: memory part by part, time phase by phase.
 * Knows a model by its blueprint and a machine by measured rates; may use model, nn and tensor, and
 * nothing that trains.
 */
@NullMarked
package io.vlmr1.plan;

import org.jspecify.annotations.NullMarked;
