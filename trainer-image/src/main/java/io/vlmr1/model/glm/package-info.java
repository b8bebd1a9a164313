/**
 * GLM-4.1V: configuration, vision tower with sampled positions, language model with four norms a
 * layer, and prompt.
 *
 * <p>May use: model, model.decoder, model.prompt and what these may use.
 */
@NullMarked
package io.vlmr1.model.glm;

import org.jspecify.annotations.NullMarked;
