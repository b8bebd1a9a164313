/**
 * Rewards that look at boxes: one box by its overlap, lists of them by average precision.
 *
 * <p>May use: reward, reward.text, data.
 */
@NullMarked
package io.vlmr1.reward.boxes;

import org.jspecify.annotations.NullMarked;
