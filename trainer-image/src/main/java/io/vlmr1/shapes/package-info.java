/**
 * The small task of `examples/shapes`: pictures of shapes with referring questions, and a tiny
 * model folder to learn it.
 *
 * <p>May use: api.
 */
@NullMarked
package io.vlmr1.shapes;

import org.jspecify.annotations.NullMarked;
