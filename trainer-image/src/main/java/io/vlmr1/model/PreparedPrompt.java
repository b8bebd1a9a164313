package io.vlmr1.model;

import java.util.List;

/**
 * One prompt as a model takes it. It owns its images: close it when the step that used it is over.
 *
 * @param ids token ids [prompt length], image tokens already repeated as often as each image needs
 * @param images the pictures behind the image tokens, in the order of the text
 */
public record PreparedPrompt(int[] ids, List<PreparedImage> images) implements AutoCloseable {
  public PreparedPrompt {
    images = List.copyOf(images);
  }

  @Override
  public void close() {
    images.forEach(PreparedImage::close);
  }
}
