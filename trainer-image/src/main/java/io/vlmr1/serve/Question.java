package io.vlmr1.serve;

import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.text.Message;
import java.util.List;

/**
 * A request of the chat API, read.
 *
 * @param messages the conversation
 * @param pictures encoded, in the order in which the messages name them
 * @param sampling temperature 0: the most probable token each time
 * @param maxNewTokens after so many the answer is cut off
 * @param stops the answer ends before one of these
 * @param seed chooses the sample
 * @param delivery how the client wants it
 */
record Question(
    List<Message> messages,
    List<byte[]> pictures,
    SamplingSpec sampling,
    int maxNewTokens,
    List<String> stops,
    long seed,
    Delivery delivery) {
  Question {
    messages = List.copyOf(messages);
    pictures = List.copyOf(pictures);
    stops = List.copyOf(stops);
  }

  /** How an answer is sent. */
  enum Delivery {
    /** As one JSON object. */
    WHOLE,
    /** As server-sent events while it is made. */
    STREAMED,
    /** The same, and a last event with the numbers of tokens. */
    STREAMED_WITH_USAGE
  }
}
