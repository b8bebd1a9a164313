/**
 * What a model family is: the one interface that training and rollout know.
 *
 * <p>May use: tensor, nn, weights, image, text.
 */
@NullMarked
package io.vlmr1.model;

import org.jspecify.annotations.NullMarked;
