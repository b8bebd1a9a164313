/**
 * The vlmr1 commands, the worker process, and the local runner of a GrpoJob.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.vlmr1.cli;

import org.jspecify.annotations.NullMarked;
