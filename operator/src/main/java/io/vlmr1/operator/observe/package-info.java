/**
 * The state of one job in the cluster as one immutable record.
 *
 * <p>May use: api, resource's names and labels.
 */
@NullMarked
package io.vlmr1.operator.observe;

import org.jspecify.annotations.NullMarked;
