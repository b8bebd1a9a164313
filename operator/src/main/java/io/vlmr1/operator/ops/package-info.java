/**
 * Metrics, events, health, leader election and configuration.
 *
 * <p>May use: api.
 */
@NullMarked
package io.vlmr1.operator.ops;

import org.jspecify.annotations.NullMarked;
