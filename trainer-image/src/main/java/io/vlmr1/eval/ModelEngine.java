package io.vlmr1.eval;

import io.vlmr1.data.TaskPrompt;

/**
 * A model in this process.
 *
 * @param model stays the caller's
 */
record ModelEngine(OpenModel model) implements EvaluationRun.Engine {
  @Override
  public String modelType() {
    return model.model().facts().modelType();
  }

  @Override
  public Answerer answerer(TaskPrompt words, int maxNewTokens) {
    return new ModelAnswerer(model, words, maxNewTokens);
  }
}
