/**
 * Rewards that ask elsewhere: a judge over the chat API, an HTTP endpoint, a learned model.
 *
 * <p>May use: reward, reward.text, data.
 */
@NullMarked
package io.vlmr1.reward.remote;

import org.jspecify.annotations.NullMarked;
