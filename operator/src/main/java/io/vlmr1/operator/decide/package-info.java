/**
 * Pure: what was seen and the time in, one sealed decision out; the whole state machine.
 *
 * <p>May use: api, observe's records, resource's names.
 */
@NullMarked
package io.vlmr1.operator.decide;

import org.jspecify.annotations.NullMarked;
