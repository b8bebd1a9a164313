package io.vlmr1.data;

import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.text.Message;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text that a row's question is put into. The texts are part of the protocol: published
 * checkpoints were trained on exactly these.
 *
 * @param template holds `{Question}`, which is replaced once
 */
public record TaskPrompt(String template) {
  private static final String QUESTION = "{Question}";
  private static final String THINK_FIRST =
      QUESTION
          + " First output the thinking process in <think> </think> tags and then output the final"
          + " answer in <answer> </answer> tags.";
  private static final String REASONING =
      "First thinks about the reasoning process in the mind and then provides the user with the"
          + " answer. The reasoning process and answer are enclosed within <think> </think> and"
          + " <answer> </answer> tags, respectively, i.e., <think> reasoning process here"
          + " </think><answer> %s </answer>";
  private static final Pattern PLACE = Pattern.compile(QUESTION, Pattern.LITERAL);

  public TaskPrompt {
    if (!template.contains(QUESTION)) {
      throw new IllegalArgumentException("the prompt template does not contain {Question}");
    }
  }

  /**
   * The prompt of a task. InternVL and GLM know only the default text.
   *
   * @param modelType `model_type` of config.json
   * @param own template in place of the task's, if given
   */
  public static TaskPrompt of(Task task, String modelType, @Nullable String own) {
    if (own != null) {
      return new TaskPrompt(own);
    }
    if (!modelType.startsWith("qwen")) {
      return new TaskPrompt(THINK_FIRST);
    }
    return new TaskPrompt(
        switch (task) {
          case REC -> THINK_FIRST + " Output the final answer in JSON format.";
          case IC -> QUESTION + " " + REASONING.formatted("json format answer here");
          case OD_LENGTH -> REASONING.formatted("answer here") + "\n" + QUESTION;
          case DEFAULT, GUI -> THINK_FIRST;
        });
  }

  /** The prompt of a question. */
  public String text(String question) {
    return PLACE.matcher(template).replaceFirst(Matcher.quoteReplacement(question));
  }

  /** The user's turn for a row: its pictures, then the prompt. */
  public Message message(Row row) {
    return Message.user(row.images().size(), text(row.problem()));
  }
}
