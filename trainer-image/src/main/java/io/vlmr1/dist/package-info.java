/**
 * Ranks: rendezvous, process groups, reductions, and what the failure of a peer looks like.
 *
 * <p>May use: tensor, nn, api.
 */
@NullMarked
package io.vlmr1.dist;

import org.jspecify.annotations.NullMarked;
