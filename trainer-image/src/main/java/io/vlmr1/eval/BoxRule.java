package io.vlmr1.eval;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which box of an answer counts: the rules of VLM-R1's evaluation scripts. */
enum BoxRule {
  /** In the first answer, the last four whole numbers between a `{` before and a `}` after. */
  REC(true, true, "\\{.*\\[(\\d+),\\s*(\\d+),\\s*(\\d+),\\s*(\\d+)\\]\\s*.*\\}"),

  /** The first box of the whole text; signs and decimals are read. */
  REC_BASELINE(
      false,
      true,
      "\\[\\s*(-?\\d*\\.?\\d+)\\s*,\\s*(-?\\d*\\.?\\d+)\\s*,\\s*(-?\\d*\\.?\\d+)\\s*,\\s*(-?\\d*\\.?\\d+)\\s*\\]"),

  /** The first four whole numbers of the first answer, as pixels of the picture on disk. */
  REC_INTERNVL(true, false, "\\[(\\d+),\\s*(\\d+),\\s*(\\d+),\\s*(\\d+)\\]"),

  /** The first object of the first fence, as pixels of the picture on disk. */
  OD(false, false, "") {
    @Override
    Optional<Box> read(String text) {
      List<Double> corners = LabelledBoxes.first(text);
      return corners.isEmpty()
          ? Optional.empty()
          : Optional.of(new Box(corners.get(0), corners.get(1), corners.get(2), corners.get(3)));
    }
  };

  private static final int FLAGS = Pattern.DOTALL | Pattern.UNICODE_CHARACTER_CLASS;
  private static final Pattern ANSWER = Pattern.compile("<answer>(.*?)</answer>", FLAGS);

  private final boolean inAnswer;
  private final boolean rescaled;
  private final Pattern box;

  BoxRule(boolean inAnswer, boolean rescaled, String box) {
    this.inAnswer = inAnswer;
    this.rescaled = rescaled;
    this.box = Pattern.compile(box, FLAGS);
  }

  /** Whether the box is in pixels of the picture that the model saw. */
  boolean rescaled() {
    return rescaled;
  }

  /** The box of an answer, in the pixels that the model wrote; empty when it has none. */
  Optional<Box> read(String text) {
    Matcher answer = ANSWER.matcher(text);
    if (inAnswer && !answer.find()) {
      return Optional.empty();
    }
    Matcher found = box.matcher(inAnswer ? answer.group(1).strip() : text);
    return found.find()
        ? Optional.of(
            new Box(number(found, 1), number(found, 2), number(found, 3), number(found, 4)))
        : Optional.empty();
  }

  private static double number(Matcher found, int group) {
    StringBuilder ascii = new StringBuilder();
    found
        .group(group)
        .codePoints()
        .map(c -> Character.isDigit(c) ? Character.forDigit(Character.digit(c, 10), 10) : c)
        .forEach(ascii::appendCodePoint);
    return Double.parseDouble(ascii.toString());
  }
}
