package io.vlmr1.tensor;

/** Libtorch's errors, whose messages carry a C++ backtrace, as a line that a user can read. */
public final class NativeErrors {
  private NativeErrors() {}

  /** What stands before the backtrace, on one line. */
  public static String message(Throwable error) {
    String text = String.valueOf(error.getMessage());
    int backtrace = text.indexOf("Exception raised from");
    String head = backtrace < 0 ? text : text.substring(0, backtrace);
    return head.strip().replaceAll("\\s+", " ");
  }
}
