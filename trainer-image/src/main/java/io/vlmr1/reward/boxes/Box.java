package io.vlmr1.reward.boxes;

import io.vlmr1.data.NumberText;
import io.vlmr1.reward.Completion.PictureSize;
import io.vlmr1.reward.text.Tags;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A box by its corners in pixels.
 *
 * @param left of the first corner
 * @param top of the first corner
 * @param right of the second corner
 * @param bottom of the second corner
 */
public record Box(double left, double top, double right, double bottom) {
  /** As VLM-R1 reads an answer: whole numbers without sign, blanks only after commas. */
  public static final Pattern WHOLE_NUMBERS =
      Pattern.compile(
          "\\[(\\d++),\\s*+(\\d++),\\s*+(\\d++),\\s*+(\\d++)\\]", Pattern.UNICODE_CHARACTER_CLASS);

  private static final String NUMBER = "\\s*+(-?\\d++(?:\\.\\d++)?)\\s*+";
  private static final Pattern TRUTH =
      Pattern.compile("\\[" + NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER + "\\]");

  /** The first box of a text. */
  public static Optional<Box> first(String text) {
    Matcher found = WHOLE_NUMBERS.matcher(text);
    return found.find()
        ? Optional.of(new Box(whole(found, 1), whole(found, 2), whole(found, 3), whole(found, 4)))
        : Optional.empty();
  }

  /** The box of a row's solution, `<answer> [x1, y1, x2, y2] </answer>`; decimals are allowed. */
  public static Optional<Box> truth(String solution) {
    Optional<String> answer = Tags.firstAnswer(solution).map(String::strip);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    Matcher found = TRUTH.matcher(answer.get());
    return found.matches()
        ? Optional.of(
            new Box(decimal(found, 1), decimal(found, 2), decimal(found, 3), decimal(found, 4)))
        : Optional.empty();
  }

  /** From the picture that the model saw to the one that lies on disk. */
  public Box rescaled(PictureSize size) {
    return new Box(
        left / size.inputWidth() * size.width(),
        top / size.inputHeight() * size.height(),
        right / size.inputWidth() * size.width(),
        bottom / size.inputHeight() * size.height());
  }

  /**
   * Intersection over union, 0 when nothing has an area.
   *
   * @param least overlap in width and in height that counts must exceed this: 1 pixel in VLM-R1's
   *     Qwen and InternVL rewards, 0 for the plain one
   */
  public double intersectionOverUnion(Box other, double least) {
    double width = Math.min(right, other.right) - Math.max(left, other.left);
    double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    double both = width > least && height > least ? width * height : 0;
    double union = area() + other.area() - both;
    return union == 0 ? 0 : both / union;
  }

  private double area() {
    return (right - left) * (bottom - top);
  }

  @Override
  public String toString() {
    return "[" + text(left) + ", " + text(top) + ", " + text(right) + ", " + text(bottom) + "]";
  }

  private static String text(double corner) {
    boolean whole = corner == Math.rint(corner) && Math.abs(corner) < 1e15;
    return whole ? Long.toString((long) corner) : NumberText.of(Math.rint(corner * 100) / 100);
  }

  private static double whole(Matcher found, int group) {
    return new BigInteger(found.group(group)).doubleValue();
  }

  private static double decimal(Matcher found, int group) {
    return Double.parseDouble(found.group(group));
  }
}
