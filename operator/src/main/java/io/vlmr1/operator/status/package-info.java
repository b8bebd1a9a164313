/**
 * Pure: conditions, phase and scalars from what was observed.
 *
 * <p>May use: api, observe, decide.
 */
@NullMarked
package io.vlmr1.operator.status;

import org.jspecify.annotations.NullMarked;
