package io.vlmr1.grpo;

import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.data.Row;
import io.vlmr1.data.RowCheck;
import io.vlmr1.image.ImageReader;
import io.vlmr1.image.SmartResize;
import java.util.List;
import java.util.OptionalInt;

/**
 * Looks at a row's pictures by their headers, and at the length of its prompt, before anything is
 * trained.
 *
 * @param maker of the prompts that training will use
 * @param dropsLong whether a row whose prompt is too long is left out in place of refused
 */
public record PromptCheck(PromptFeed.Maker maker, boolean dropsLong) implements RowCheck {
  @Override
  public boolean drops(Row row) {
    return dropsLong && length(row).isPresent();
  }

  @Override
  public List<String> problems(Row row) {
    try {
      OptionalInt length = length(row);
      return length.isEmpty() || dropsLong ? List.of() : List.of(maker.tooLong(length.getAsInt()));
    } catch (VlmR1Exception e) {
      return List.of("image " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  /** The length of a prompt that is too long. */
  private OptionalInt length(Row row) {
    List<SmartResize.Size> sizes =
        row.images().stream()
            .map(image -> ImageReader.size(image, maker.maxImagePixels()))
            .toList();
    return maker
        .processor()
        .lengthAbove(maker.maxTokens(), List.of(maker.task().message(row)), sizes);
  }
}
