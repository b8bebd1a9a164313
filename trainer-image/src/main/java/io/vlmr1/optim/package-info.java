/**
 * AdamW on flat buffers, clipping and learning-rate schedules.
 *
 * <p>May use: tensor, nn, api.
 */
@NullMarked
package io.vlmr1.optim;

import org.jspecify.annotations.NullMarked;
