/**
 * Asks rank 0 how far it is, off the reconcile thread.
 *
 * <p>May use: api.
 */
@NullMarked
package io.vlmr1.operator.progress;

import org.jspecify.annotations.NullMarked;
