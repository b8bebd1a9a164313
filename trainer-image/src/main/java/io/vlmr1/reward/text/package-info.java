/**
 * Parts of completions and ways to compare them as text: tags, fences, choices, numbers, JSON.
 *
 * <p>May use: data.
 */
@NullMarked
package io.vlmr1.reward.text;

import org.jspecify.annotations.NullMarked;
