/**
 * Prefills each prompt once, decodes its group and samples.
 *
 * <p>May use: model, tensor, text.
 */
@NullMarked
package io.vlmr1.rollout;

import org.jspecify.annotations.NullMarked;
