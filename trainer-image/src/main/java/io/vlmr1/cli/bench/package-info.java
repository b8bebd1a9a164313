/**
 * `vlmr1 bench`: times one piece of GRPO work, with the options and the output of the Python peer.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.vlmr1.cli.bench;

import org.jspecify.annotations.NullMarked;
