package io.vlmr1.reward.boxes;

import io.vlmr1.reward.Completion;
import io.vlmr1.reward.FormatReward;
import io.vlmr1.reward.Reward;
import io.vlmr1.reward.Score;
import java.util.regex.Matcher;

/**
 * Referring expressions: 1 when thinking and an answer stand anywhere in the text, with a box where
 * the family asks for one. The parts are looked for one after the other, each from where the one
 * before ended.
 *
 * @param family what it asks for
 */
public record RecFormat(RecFamily family) implements Reward {
  private static final String THINK = "<think>";
  private static final String ANSWER = "<answer>";

  @Override
  public String name() {
    return "format";
  }

  @Override
  public Score score(Completion completion) {
    String text = completion.text();
    int think = text.indexOf(THINK);
    if (think < 0) {
      return Score.of(0, "no " + THINK);
    }
    int from = think + THINK.length();
    int answer =
        family.thinkingClosed()
            ? FormatReward.answerAfterThinking(text, from)
            : text.indexOf(ANSWER, from);
    if (answer < 0) {
      String before = family.thinkingClosed() ? "</think> with " : "";
      return Score.of(0, "no " + before + ANSWER + " after the thinking");
    }
    int at = answer + ANSWER.length();
    if (family.boxInFormat()) {
      at = afterBox(text, at);
      if (at < 0) {
        return Score.of(0, "no " + what() + " after " + ANSWER);
      }
    }
    return text.indexOf("</answer>", at) < 0
        ? Score.of(0, "no </answer>")
        : Score.of(1, family.boxInFormat() ? "think, answer and box" : "think and answer");
  }

  private String what() {
    return family.boxInBraces() ? "{… [x1, y1, x2, y2] …}" : "[x1, y1, x2, y2]";
  }

  private int afterBox(String text, int from) {
    int at = from;
    if (family.boxInBraces()) {
      at = text.indexOf('{', from) + 1;
      if (at == 0) {
        return -1;
      }
    }
    Matcher box = Box.WHOLE_NUMBERS.matcher(text);
    if (!box.find(at)) {
      return -1;
    }
    if (!family.boxInBraces()) {
      return box.end();
    }
    int brace = text.indexOf('}', box.end());
    return brace < 0 ? -1 : brace + 1;
  }
}
