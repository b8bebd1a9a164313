/**
 * What is saved, when it is whole, what is kept and how it is resumed.
 *
 * <p>May use: tensor, nn, weights, model, optim, dist, api.
 */
@NullMarked
package io.vlmr1.checkpoint;

import org.jspecify.annotations.NullMarked;
