/**
 * Qwen2.5-VL: its configuration, vision tower, language model, positions and prompt.
 *
 * <p>May use: model and what model may use.
 */
@NullMarked
package io.vlmr1.model.qwen;

import org.jspecify.annotations.NullMarked;
