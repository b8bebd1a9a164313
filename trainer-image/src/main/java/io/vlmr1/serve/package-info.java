/**
 * A model behind OpenAI's chat API, with pictures and streaming.
 *
 * <p>May use: model, rollout, eval's loaded model, text, image, api.
 */
@NullMarked
package io.vlmr1.serve;

import org.jspecify.annotations.NullMarked;
