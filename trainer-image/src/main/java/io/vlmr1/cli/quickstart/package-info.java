/**
 * The shapes example from nothing to its report: what `vlmr1 quickstart` and `vlmr1 shapes` do.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.vlmr1.cli.quickstart;

import org.jspecify.annotations.NullMarked;
