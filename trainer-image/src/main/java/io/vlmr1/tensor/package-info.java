/**
 * Libtorch's edge: natives, scopes, dtypes, random streams, errors; raw pointers end here.
 *
 * <p>May use: nothing of ours.
 */
@NullMarked
package io.vlmr1.tensor;

import org.jspecify.annotations.NullMarked;
