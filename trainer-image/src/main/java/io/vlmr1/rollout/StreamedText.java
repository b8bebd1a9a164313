package io.vlmr1.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tokens to text while they come. A character whose bytes are spread over several tokens is held
 * back until it is whole, and what may become a stop string until it is clear that it does not.
 */
final class StreamedText {
  private static final String INCOMPLETE = "\ufffd";

  private final Function<int[], String> decode;
  private final List<String> stops;
  private final Consumer<String> out;
  private final StringBuilder text = new StringBuilder();
  private int[] ids = new int[16];
  private int length;
  private int context; // where decoding begins: some tokenizers look at the token before
  private int read; // tokens whose text is in `text`
  private int told; // characters that went out
  private boolean stopped;

  /**
   * A text without tokens.
   *
   * @param decode tokens to text
   * @param stops the text ends before the first of these
   * @param out hears what is certain, piece by piece
   */
  StreamedText(Function<int[], String> decode, List<String> stops, Consumer<String> out) {
    this.decode = decode;
    this.stops = List.copyOf(stops);
    this.out = out;
  }

  /** Takes a token; answers whether a stop string is complete. */
  boolean add(int token) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length++] = token;
    String before = decoded(read);
    String now = decoded(length);
    if (now.length() > before.length() && !now.endsWith(INCOMPLETE)) {
      take(now.substring(before.length()));
      context = read;
      read = length;
    }
    return stopped;
  }

  private String decoded(int end) {
    return end == context ? "" : decode.apply(Arrays.copyOfRange(ids, context, end));
  }

  private void take(String more) {
    if (stopped) {
      return;
    }
    text.append(more);
    int end = text.length();
    for (String stop : stops) {
      int at = text.indexOf(stop, Math.max(0, told - stop.length()));
      if (at >= 0 && at < end) {
        end = at;
        stopped = true;
      }
    }
    text.setLength(end);
    tell(stopped ? end : end - open());
  }

  /** Characters at the end that a stop string might begin with. */
  private int open() {
    int most = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, text.length()); n > most; n--) {
        if (text.indexOf(stop.substring(0, n), text.length() - n) >= 0) {
          most = n;
        }
      }
    }
    return most;
  }

  private void tell(int end) {
    if (end > told) {
      out.accept(text.substring(told, end));
      told = end;
    }
  }

  /** No token comes any more: what was held back goes out. */
  String end() {
    if (!stopped && read < length) {
      String before = decoded(read);
      String now = decoded(length);
      read = length;
      take(now.substring(Math.min(before.length(), now.length())));
    }
    tell(text.length());
    return text.toString();
  }
}
