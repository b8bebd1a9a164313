package io.vlmr1.model;

import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.SmartResize;
import io.vlmr1.text.Message;
import java.util.List;
import java.util.OptionalInt;

/**
 * Turns a conversation with pictures into what the model takes: a family's template, tiling and
 * image tokens.
 */
public interface PromptProcessor {

  /** The prompt text with one placeholder an image, as the chat template writes it. */
  String render(List<Message> messages);

  /**
   * Makes a prompt.
   *
   * @param messages the conversation; its image parts stand for the images in order
   * @param images as many as there are image parts
   * @return ids and patches; the caller closes it
   * @throws IllegalArgumentException naming what is wrong: counts that differ, an aspect ratio over
   *     200
   */
  PreparedPrompt prepare(List<Message> messages, List<DecodedImage> images);

  /**
   * The length of a prompt in tokens if it exceeds a limit, found without decoding its pictures.
   *
   * @param pictures sizes of the pictures, as many as there are image parts
   * @param limit most tokens that are welcome
   * @return the length; empty when it is within the limit
   * @throws IllegalArgumentException as {@link #prepare}
   */
  OptionalInt lengthAbove(int limit, List<Message> messages, List<SmartResize.Size> pictures);

  /** Side of a patch in pixels: a picture reaches the model in its grid's size times this. */
  int patchSide();

  /**
   * The token with which the model ends its turn in this template: the last one of what it learns
   * to say.
   */
  int turnEnd();
}
