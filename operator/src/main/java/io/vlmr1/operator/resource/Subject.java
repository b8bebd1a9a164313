package io.vlmr1.operator.resource;

import io.vlmr1.api.contract.OutputLayout;

/**
 * One evaluation of one model.
 *
 * @param evaluation its name in the spec
 * @param checkpoint folder name of a checkpoint, or {@link OutputLayout#FINAL}
 */
public record Subject(String evaluation, String checkpoint) {

  /** An evaluation of what training ended with. */
  public static Subject ofFinal(String evaluation) {
    return new Subject(evaluation, OutputLayout.FINAL);
  }

  /** Whether it is about what training ended with. */
  public boolean isFinal() {
    return checkpoint.equals(OutputLayout.FINAL);
  }

  /** In words: {@code held-out}, {@code held-out of checkpoint-100}. */
  public String words() {
    return isFinal() ? evaluation : evaluation + " of " + checkpoint;
  }
}
