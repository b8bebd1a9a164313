/**
 * One reconciler: observe, decide, apply, report; the only package that writes to the cluster.
 *
 * <p>May use: every package of the operator.
 */
@NullMarked
package io.vlmr1.operator.reconcile;

import org.jspecify.annotations.NullMarked;
