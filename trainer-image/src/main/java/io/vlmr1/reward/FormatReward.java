package io.vlmr1.reward;

import io.vlmr1.data.Whitespace;

/** 1 when the whole text is `<think>…</think>`, white space, `<answer>…</answer>`, else 0. */
public final class FormatReward implements Reward {
  private static final String THINK = "<think>";
  private static final String THINK_END = "</think>";
  private static final String ANSWER = "<answer>";
  private static final String ANSWER_END = "</answer>";

  @Override
  public String name() {
    return "format";
  }

  @Override
  public Score score(Completion completion) {
    String text = completion.text();
    if (!text.startsWith(THINK)) {
      return Score.of(0, "does not begin with " + THINK);
    }
    if (!text.endsWith(ANSWER_END)) {
      return Score.of(0, "does not end with " + ANSWER_END);
    }
    int answer = answerAfterThinking(text, THINK.length());
    if (answer < 0) {
      return Score.of(0, "no " + THINK_END + " with " + ANSWER + " right after it");
    }
    return answer + ANSWER.length() + ANSWER_END.length() <= text.length()
        ? Score.of(1, "think and answer, nothing else")
        : Score.of(0, "no " + ANSWER_END + " after " + ANSWER);
  }

  /**
   * Where the first `<answer>` stands that follows a `</think>` with only white space between; −1
   * if none.
   */
  public static int answerAfterThinking(String text, int from) {
    int end = text.indexOf(THINK_END, from);
    while (end >= 0) {
      int at = end + THINK_END.length();
      while (at < text.length() && Whitespace.is(text.charAt(at))) {
        at++;
      }
      if (text.startsWith(ANSWER, at)) {
        return at;
      }
      end = text.indexOf(THINK_END, end + 1);
    }
    return -1;
  }
}
