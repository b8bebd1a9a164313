/**
 * Evaluations from the command line: with a model folder or a server, their pages, and two of them
 * side by side.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.vlmr1.cli.evaluation;

import org.jspecify.annotations.NullMarked;
