/**
 * `vlmr1 run`: a GrpoJob on this machine, its workers as child processes: what the operator does
 * with pods.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.vlmr1.cli.run;

import org.jspecify.annotations.NullMarked;
