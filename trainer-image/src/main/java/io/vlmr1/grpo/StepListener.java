package io.vlmr1.grpo;

import io.vlmr1.report.CompletionsLog;
import java.util.List;
import java.util.Map;

/** Hears what happens in a training; called on the computing thread of each rank. */
public interface StepListener {
  /** Name under which a step says how many tokens all ranks saw in it, prompts and completions. */
  String TOKENS = "step_tokens";

  /** Hears nothing. */
  StepListener NONE =
      new StepListener() {
        @Override
        public void explored(List<CompletionsLog.Entry> completions) {}

        @Override
        public void stepped(long step, Map<String, Double> metrics) {}

        @Override
        public void saving(long step) {}

        @Override
        public void saved(long step, String folder) {}
      };

  /** This rank's completions are judged. */
  void explored(List<CompletionsLog.Entry> completions);

  /** A step, counted from 1, is done. */
  void stepped(long step, Map<String, Double> metrics);

  /** A checkpoint of a step, counted from 1, is begun. */
  void saving(long step);

  /** It is whole. */
  void saved(long step, String folder);
}
