package io.vlmr1.cli.quickstart;

import io.vlmr1.shapes.ShapesSettings;

/**
 * Everything that may be tuned about the quickstart besides its two jobs, examples/shapes/sft.yaml
 * and examples/shapes/grpojob.yaml.
 *
 * @param seed of pictures, questions, starting weights, order of rows and sampling
 * @param sftSeconds the SFT start ends then at the latest
 * @param levelSteps it also ends when its held-out accuracy has had no new best for so many steps
 * @param levelLooks and for so many evaluations: a single unlucky one proves nothing
 * @param curveRows held-out rows that the curves are measured on
 * @param pictures shown in the report, from each evaluation
 */
public record QuickstartSettings(
    long seed, int sftSeconds, int levelSteps, int levelLooks, int curveRows, int pictures) {

  /** What the README's first command uses. */
  public static QuickstartSettings standard(long seed) {
    return new QuickstartSettings(seed, 120, 600, 4, 100, 6);
  }

  /** Pictures, questions and the tiny model of this seed. */
  ShapesSettings shapes() {
    ShapesSettings standard = ShapesSettings.standard();
    return new ShapesSettings(
        seed,
        standard.difficulty(),
        standard.sftRows(),
        standard.trainRows(),
        standard.heldOutRows(),
        standard.outOfDomainRows(),
        standard.model());
  }
}
