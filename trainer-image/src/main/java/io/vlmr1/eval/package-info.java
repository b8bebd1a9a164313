/**
 * Tasks and metrics over a model.
 *
 * <p>May use: model, rollout, data, reward, text, image, api.
 */
@NullMarked
package io.vlmr1.eval;

import org.jspecify.annotations.NullMarked;
