package io.vlmr1.serve;

/** A request that cannot be answered as it is; the message says what to change. */
final class BadRequest extends RuntimeException {
  BadRequest(String message) {
    super(message);
  }

  /** What the client gave, as the message tells it. */
  String words() {
    return String.valueOf(getMessage());
  }
}
