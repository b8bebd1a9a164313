package io.vlmr1.reward.remote;

/** A server that did not answer as it should; what it was stands in the message, without keys. */
final class RemoteTrouble extends Exception {
  private static final long serialVersionUID = 1;

  RemoteTrouble(String message) {
    super(message);
  }
}
