/**
 * Advantages, loss, the step and the loop of GRPO.
 *
 * <p>May use: every engine package but cli, serve and eval.
 */
@NullMarked
package io.vlmr1.grpo;

import org.jspecify.annotations.NullMarked;
