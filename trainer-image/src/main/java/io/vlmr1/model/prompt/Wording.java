package io.vlmr1.model.prompt;

import io.vlmr1.text.Message;
import java.util.List;

/** How a family writes a conversation. Text of the conversation is data and never evaluated. */
public interface Wording {

  /** The prompt with one placeholder an image, as people read it. */
  String render(List<Message> messages);

  /** The prompt with exactly one image token an image, among the marks that belong around it. */
  String marked(List<Message> messages);
}
