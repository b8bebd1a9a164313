/**
 * Messages to a prompt to ids: chat templates and tokenizers.
 *
 * <p>May use: api.
 */
@NullMarked
package io.vlmr1.text;

import org.jspecify.annotations.NullMarked;
