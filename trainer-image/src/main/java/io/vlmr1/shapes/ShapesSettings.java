package io.vlmr1.shapes;

/**
 * What the example is made of.
 *
 * @param seed of all pictures and questions
 * @param difficulty of pictures and questions
 * @param sftRows rows of `sft.jsonl`
 * @param trainRows rows of `train.jsonl`
 * @param heldOutRows rows of `held_out.jsonl`
 * @param outOfDomainRows rows of `out_of_domain.jsonl`
 * @param model sizes of the tiny model
 */
public record ShapesSettings(
    long seed,
    Difficulty difficulty,
    int sftRows,
    int trainRows,
    int heldOutRows,
    int outOfDomainRows,
    TinyModel model) {

  /** What the quickstart uses. */
  public static ShapesSettings standard() {
    return new ShapesSettings(
        1, Difficulty.standard(), 8000, 24_000, 300, 300, TinyModel.standard());
  }
}
