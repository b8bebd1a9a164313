/**
 * What workers and operator say to each other: environment, exit codes, progress, results, volume
 * layout.
 *
 * <p>May use: api.v1alpha1.
 */
@NullMarked
package io.vlmr1.api.contract;

import org.jspecify.annotations.NullMarked;
