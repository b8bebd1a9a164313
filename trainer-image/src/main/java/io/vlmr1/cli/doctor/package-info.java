/**
 * `vlmr1 doctor`: what works on this machine, found by trying it.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.vlmr1.cli.doctor;

import org.jspecify.annotations.NullMarked;
