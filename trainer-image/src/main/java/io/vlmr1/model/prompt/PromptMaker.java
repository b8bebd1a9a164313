package io.vlmr1.model.prompt;

import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.SmartResize;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.text.Message;
import io.vlmr1.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Prompts of a family: its wording, the folder's tokenizer, and as many image tokens as a picture
 * needs.
 */
public final class PromptMaker implements PromptProcessor {
  /** More tokens than a template puts around a turn or a picture. */
  private static final int MARKS = 32;

  private final Tokenizer tokenizer;
  private final Wording wording;
  private final Pictures pictures;
  private final int imageToken;
  private final int turnEnd;
  private final int frame;

  /**
   * A processor.
   *
   * @param tokenizer of the model's folder; stays the caller's
   * @param imageToken stands for a piece of a picture
   * @param turnEnd ends the model's turn
   */
  public PromptMaker(
      Tokenizer tokenizer, Wording wording, Pictures pictures, int imageToken, int turnEnd) {
    this.tokenizer = tokenizer;
    this.wording = wording;
    this.pictures = pictures;
    this.imageToken = imageToken;
    this.turnEnd = turnEnd;
    // what the template writes around every conversation, its own system message included
    frame = tokenizer.encode(wording.render(List.of(Message.user(0, "?")))).length;
  }

  @Override
  public String render(List<Message> messages) {
    return wording.render(messages);
  }

  @Override
  public PreparedPrompt prepare(List<Message> messages, List<DecodedImage> images) {
    int[] ids = tokenizer.encode(wording.marked(messages));
    requireOnePlaceholderEach(messages, images.size(), ids);
    int[] copies =
        images.stream()
            .mapToInt(i -> pictures.tokens(new SmartResize.Size(i.width(), i.height())))
            .toArray();
    return new PreparedPrompt(expand(ids, copies), images.stream().map(pictures::prepare).toList());
  }

  @Override
  public OptionalInt lengthAbove(int limit, List<Message> messages, List<SmartResize.Size> sizes) {
    requireNoPlaceholderInText(messages);
    int imageTokens = sizes.stream().mapToInt(pictures::tokens).sum();
    // no token is shorter than a byte: most prompts need not be rendered to see that they fit
    int most = frame + imageTokens + bytes(messages) + MARKS * (messages.size() + sizes.size());
    if (most <= limit) {
      return OptionalInt.empty();
    }
    int[] ids = tokenizer.encode(wording.marked(messages));
    requireOnePlaceholderEach(messages, sizes.size(), ids);
    int length = ids.length - sizes.size() + imageTokens;
    return length > limit ? OptionalInt.of(length) : OptionalInt.empty();
  }

  private void requireNoPlaceholderInText(List<Message> messages) {
    String placeholder = tokenizer.addedToken(imageToken);
    for (Message message : messages) {
      for (Message.Part part : message.parts()) {
        if (part instanceof Message.Part.Text text && text.text().contains(placeholder)) {
          throw new IllegalArgumentException("remove " + placeholder + " from the text");
        }
      }
    }
  }

  private static int bytes(List<Message> messages) {
    int bytes = 0;
    for (Message message : messages) {
      for (Message.Part part : message.parts()) {
        if (part instanceof Message.Part.Text text) {
          bytes += text.text().getBytes(StandardCharsets.UTF_8).length;
        }
      }
    }
    return bytes;
  }

  @Override
  public int patchSide() {
    return pictures.patchSide();
  }

  @Override
  public int turnEnd() {
    return turnEnd;
  }

  private void requireOnePlaceholderEach(List<Message> messages, int images, int[] ids) {
    long parts =
        messages.stream()
            .flatMap(message -> message.parts().stream())
            .filter(Message.Part.Image.class::isInstance)
            .count();
    if (parts != images) {
      throw new IllegalArgumentException(
          "the conversation stands for " + parts + " pictures, " + images + " were given");
    }
    long placeholders = 0;
    for (int id : ids) {
      placeholders += id == imageToken ? 1 : 0;
    }
    if (placeholders != images) {
      throw new IllegalArgumentException(
          "the prompt holds "
              + placeholders
              + " image tokens for "
              + images
              + " pictures; remove "
              + tokenizer.addedToken(imageToken)
              + " from the text, or mend the chat template");
    }
  }

  /** Repeats each image token as often as its picture needs. */
  private int[] expand(int[] ids, int[] copies) {
    int[] expanded = new int[ids.length - copies.length + Arrays.stream(copies).sum()];
    int at = 0;
    int image = 0;
    for (int id : ids) {
      int times = id == imageToken ? copies[image++] : 1;
      Arrays.fill(expanded, at, at + times, id);
      at += times;
    }
    return expanded;
  }
}
