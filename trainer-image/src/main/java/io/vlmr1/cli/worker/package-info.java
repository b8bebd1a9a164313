/**
 * The process that a pod or the local runner starts: environment in, training or evaluation, exit
 * code out.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.vlmr1.cli.worker;

import org.jspecify.annotations.NullMarked;
