package io.vlmr1.eval;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.data.Row;
import io.vlmr1.data.RowImages;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.reward.Completion.PictureSize;
import io.vlmr1.rollout.TextGeneration;
import java.util.ArrayList;
import java.util.List;

/** Answers rows with a model in this process: greedy, the rows of a call decoded together. */
public final class ModelAnswerer implements Answerer {
  private final OpenModel open;
  private final TaskPrompt task;
  private final TextGeneration generation;

  /**
   * Of a loaded model, which stays the caller's.
   *
   * @param task the words around a question
   * @param maxNewTokens after so many an answer is cut off
   */
  public ModelAnswerer(OpenModel open, TaskPrompt task, int maxNewTokens) {
    this.open = open;
    this.task = task;
    this.generation = TextGeneration.greedy(open.model(), open.tokenizer(), maxNewTokens);
  }

  @Override
  public List<Answer> answer(List<Row> rows) {
    List<PreparedPrompt> prompts = new ArrayList<>();
    try {
      rows.forEach(row -> prompts.add(prompt(row)));
      List<TextGeneration.Answer> answers = generation.answer(prompts);
      List<Answer> sized = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        TextGeneration.Answer answer = answers.get(i);
        sized.add(new Answer(answer.text(), answer.tokens(), sizes(prompts.get(i))));
      }
      return sized;
    } finally {
      prompts.forEach(PreparedPrompt::close);
    }
  }

  private PreparedPrompt prompt(Row row) {
    try {
      return open.processor()
          .prepare(List.of(task.message(row)), RowImages.read(row, open.maxImagePixels()));
    } catch (IllegalArgumentException e) {
      throw new VlmR1Exception(ExitCode.BAD_DATA, row.place() + ": " + e.getMessage(), e);
    }
  }

  private List<PictureSize> sizes(PreparedPrompt prompt) {
    int side = open.processor().patchSide();
    return prompt.images().stream()
        .map(
            image ->
                new PictureSize(
                    image.width(),
                    image.height(),
                    image.gridWidth() * side,
                    image.gridHeight() * side))
        .toList();
  }
}
