/**
 * Layers that model families share: linear, norm, rotary, attention with a shared prefix,
 * parameters in flat buffers.
 *
 * <p>May use: tensor.
 */
@NullMarked
package io.vlmr1.nn;

import org.jspecify.annotations.NullMarked;
