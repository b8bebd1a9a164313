/**
 * Looks at the rows of a job before anything is trained on them.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.vlmr1.cli.data;

import org.jspecify.annotations.NullMarked;
