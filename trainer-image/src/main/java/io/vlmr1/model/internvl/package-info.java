/**
 * InternVL 2.5 and 3, in the hub's layout and in transformers': configuration, vision tower,
 * InternLM2 as a language model beside Qwen2, tiles and prompt.
 *
 * <p>May use: model, model.decoder, model.prompt and what these may use.
 */
@NullMarked
package io.vlmr1.model.internvl;

import org.jspecify.annotations.NullMarked;
