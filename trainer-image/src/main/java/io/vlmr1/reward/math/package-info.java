/**
 * Whether two answers to a question of mathematics say the same: written in LaTeX or plainly, read
 * once, compared by exact arithmetic or by sampling.
 *
 * <p>May use: nothing else of the project.
 */
@NullMarked
package io.vlmr1.reward.math;

import org.jspecify.annotations.NullMarked;
