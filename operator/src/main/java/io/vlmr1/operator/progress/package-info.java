/**
 * Asks rank 0 how far it is, off the reconcile thread.
 *
 * <p>May use: api, observe's records.
 */
@NullMarked
package io.vlmr1.operator.progress;

import org.jspecify.annotations.NullMarked;
