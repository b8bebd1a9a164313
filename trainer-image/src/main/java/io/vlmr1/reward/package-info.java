/**
 * A reward sees text, truth and row, and answers a number and why.
 *
 * <p>May use: its sub-packages, data, api.
 */
@NullMarked
package io.vlmr1.reward;

import org.jspecify.annotations.NullMarked;
