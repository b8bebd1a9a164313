/**
 * Qwen2-VL and Qwen2.5-VL: configuration, vision tower and prompt.
 *
 * <p>May use: model, model.decoder, model.prompt and what these may use.
 */
@NullMarked
package io.vlmr1.model.qwen;

import org.jspecify.annotations.NullMarked;
