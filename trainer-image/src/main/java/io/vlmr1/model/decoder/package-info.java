/**
 * What all families share: a decoder over text and picture features, its passes and its decoding,
 * places of tokens, reading of configs and weights.
 *
 * <p>May use: model and what model may use.
 */
@NullMarked
package io.vlmr1.model.decoder;

import org.jspecify.annotations.NullMarked;
