/**
 * Pictures to patches: decoding, resizing as the reference does it, normalising.
 *
 * <p>May use: api.
 */
@NullMarked
package io.vlmr1.image;

import org.jspecify.annotations.NullMarked;
