package io.vlmr1.eval;

import io.vlmr1.data.Row;
import io.vlmr1.reward.Completion.PictureSize;
import java.util.List;

/** Answers rows: a model in this process, or a server. */
public interface Answerer {

  /**
   * An answer.
   *
   * @param text the model's words, special tokens left out
   * @param tokens its length, end token included
   * @param pictures sizes of the row's pictures, in order
   */
  record Answer(String text, int tokens, List<PictureSize> pictures) {
    public Answer {
      pictures = List.copyOf(pictures);
    }
  }

  /** One answer a row, in the order of the rows. */
  List<Answer> answer(List<Row> rows);
}
