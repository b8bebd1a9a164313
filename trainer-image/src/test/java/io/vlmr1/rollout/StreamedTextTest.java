package io.vlmr1.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Tokens are bytes here: the hardest case. */
class StreamedTextTest {
  private final List<String> pieces = new ArrayList<>();

  private StreamedText text(String... stops) {
    return new StreamedText(StreamedTextTest::bytes, List.of(stops), pieces::add);
  }

  private static String bytes(int[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static boolean feed(StreamedText text, String what) {
    boolean stopped = false;
    for (byte each : what.getBytes(StandardCharsets.UTF_8)) {
      stopped |= text.add(each & 0xff);
    }
    return stopped;
  }

  @Test
  void neverTellsHalfACharacter() {
    StreamedText text = text();
    feed(text, "a é 漢 🙂 z");
    assertThat(text.end()).isEqualTo("a é 漢 🙂 z");
    assertThat(pieces).contains("é", "漢", "🙂").noneMatch(piece -> piece.contains("\ufffd"));
    assertThat(String.join("", pieces)).isEqualTo("a é 漢 🙂 z");
  }

  @Test
  void tellsWhatIsLeftOfABrokenCharacterAtTheEnd() {
    StreamedText text = text();
    feed(text, "ab");
    text.add(0xe6);
    assertThat(pieces).containsExactly("a", "b");
    assertThat(text.end()).isEqualTo("ab\ufffd");
  }

  @Test
  void endsBeforeTheFirstStopStringAndTellsNothingOfIt() {
    StreamedText text = text("</answer>", "###");
    assertThat(feed(text, "so </ans and </answer> more")).isTrue();
    assertThat(text.end()).isEqualTo("so </ans and ");
    assertThat(String.join("", pieces)).isEqualTo("so </ans and ");
  }

  @Test
  void tellsTheBeginningOfAStopStringThatNeverCame() {
    StreamedText text = text("###");
    assertThat(feed(text, "title ##")).isFalse();
    assertThat(String.join("", pieces)).isEqualTo("title ");
    assertThat(text.end()).isEqualTo("title ##");
    assertThat(String.join("", pieces)).isEqualTo("title ##");
  }

  @Test
  void findsAStopStringWithinOneToken() {
    List<String> told = new ArrayList<>();
    Function<int[], String> words = ids -> ids.length == 0 ? "" : "one stop two".repeat(ids.length);
    StreamedText text = new StreamedText(words, List.of("stop"), told::add);
    assertThat(text.add(0)).isTrue();
    assertThat(text.end()).isEqualTo("one ");
    assertThat(told).containsExactly("one ");
  }
}
