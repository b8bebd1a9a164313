package io.vlmr1.reward.boxes;

/**
 * How a model family's boxes are read.
 *
 * @param rescaled whether they are in pixels of the picture that the model saw
 * @param leastOverlap an overlap must exceed this, in pixels, to count
 * @param thinkingClosed whether the format asks for `</think>` right before the answer
 * @param boxInFormat whether the format asks for a box
 * @param boxInBraces whether that box stands within `{…}`
 */
public record RecFamily(
    boolean rescaled,
    double leastOverlap,
    boolean thinkingClosed,
    boolean boxInFormat,
    boolean boxInBraces) {

  /** By `model_type` of config.json; unknown ones are read as Qwen's. */
  public static RecFamily of(String modelType) {
    if (modelType.startsWith("internvl")) {
      return new RecFamily(false, 1, true, true, false);
    }
    return modelType.startsWith("glm")
        ? new RecFamily(false, 0, false, false, false)
        : new RecFamily(true, 1, true, true, true);
  }

  /** The same with plain intersection over union. */
  public RecFamily plain() {
    return new RecFamily(rescaled, 0, thinkingClosed, boxInFormat, boxInBraces);
  }
}
