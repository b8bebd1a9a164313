/**
 * What families share of their prompts: conversations and pictures to ids and patches.
 *
 * <p>May use: model and what model may use.
 */
@NullMarked
package io.vlmr1.model.prompt;

import org.jspecify.annotations.NullMarked;
