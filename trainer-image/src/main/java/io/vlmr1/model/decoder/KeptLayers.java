package io.vlmr1.model.decoder;

/**
 * Which activations of a pass are kept beyond the layers' inputs, by a budget in bytes. What
 * backward needs first comes first: it is also freed first, so that computing the others again
 * finds the memory free.
 *
 * @param head whether the head's probabilities are kept
 * @param language how many of the last decoder layers keep everything
 * @param vision how many of the last blocks of the vision tower
 */
record KeptLayers(boolean head, int language, int vision) {

  /** A part of a pass that may keep more. */
  interface Part {
    /** How many of its last layers fit into so many bytes. */
    int fitting(long bytes);

    /** What these take. */
    long bytes(int layers);
  }

  /**
   * As many as fit.
   *
   * @param budget beyond the inputs of all layers; below 0: none fits
   * @param head bytes of the probabilities; more than the head ever keeps: 0 or less
   */
  static KeptLayers within(long budget, long head, Part language, Part vision) {
    long left = Math.max(0, budget);
    boolean probabilities = head > 0 && head <= left;
    left -= probabilities ? head : 0;
    int layers = language.fitting(left);
    left -= language.bytes(layers);
    return new KeptLayers(probabilities, layers, vision.fitting(left));
  }
}
