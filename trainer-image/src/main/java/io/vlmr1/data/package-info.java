/**
 * Rows of a data set, the prompts of a task, and the sampler that resumes at any step.
 *
 * <p>May use: api, image, text.
 */
@NullMarked
package io.vlmr1.data;

import org.jspecify.annotations.NullMarked;
