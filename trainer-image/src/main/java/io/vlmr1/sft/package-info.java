/**
 * Supervised fine-tuning: the same loop with another loss.
 *
 * <p>May use: what grpo may use.
 */
@NullMarked
package io.vlmr1.sft;

import org.jspecify.annotations.NullMarked;
