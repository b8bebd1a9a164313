/**
 * The reward `accuracy` and its methods: how a row's answer is compared with its truth.
 *
 * <p>May use: reward and its sub-packages, data.
 */
@NullMarked
package io.vlmr1.reward.accuracy;

import org.jspecify.annotations.NullMarked;
