/**
 * Metrics, TensorBoard events, progress and the HTML report.
 *
 * <p>May use: api; no tensors.
 */
@NullMarked
package io.vlmr1.report;

import org.jspecify.annotations.NullMarked;
