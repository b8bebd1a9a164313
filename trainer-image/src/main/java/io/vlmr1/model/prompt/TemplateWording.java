package io.vlmr1.model.prompt;

import io.vlmr1.text.ChatTemplate;
import io.vlmr1.text.Message;
import java.util.List;

/** The folder's chat template, which writes an image token with its marks for each image. */
public record TemplateWording(ChatTemplate template) implements Wording {

  @Override
  public String render(List<Message> messages) {
    return template.render(messages);
  }

  @Override
  public String marked(List<Message> messages) {
    return template.render(messages);
  }
}
