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
 */
public record PromptCheck(PromptFeed.Maker maker) implements RowCheck {
  @Override
  public List<String> problems(Row row) {
    try {
      List<SmartResize.Size> sizes =
          row.images().stream()
              .map(image -> ImageReader.size(image, maker.maxImagePixels()))
              .toList();
      OptionalInt length =
          maker
              .processor()
              .lengthAbove(maker.maxTokens(), List.of(maker.task().message(row)), sizes);
      return length.isEmpty() ? List.of() : List.of(maker.tooLong(length.getAsInt()));
    } catch (VlmR1Exception e) {
      return List.of("image " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }
}
