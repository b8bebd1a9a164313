package io.vlmr1.model.qwen;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.Patches;
import io.vlmr1.image.Resize;
import io.vlmr1.image.SmartResize;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.text.ChatTemplate;
import io.vlmr1.text.Message;
import io.vlmr1.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Prompts of Qwen2-VL and Qwen2.5-VL: the folder's chat template, its tokenizer, and one image
 * token for each block of 2×2 patches of 14 pixels.
 */
public final class QwenPromptProcessor implements PromptProcessor {
  /** Pictures with a smaller side are enlarged first, as VLM-R1 does. */
  private static final int SMALLEST_SIDE = 28;

  /** More tokens than a template puts around the whole, a turn or a picture. */
  private static final int MARKS = 32;

  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final QwenPreprocessing preprocessing;
  private final int imageToken;

  private QwenPromptProcessor(
      Tokenizer tokenizer, ChatTemplate template, QwenPreprocessing preprocessing, int imageToken) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.preprocessing = preprocessing;
    this.imageToken = imageToken;
  }

  /**
   * The processor of a model folder.
   *
   * @param tokenizer that of the folder; stays the caller's
   * @param minPixels smallest area of a resized picture, in place of preprocessor_config's if given
   * @param maxPixels largest area of a resized picture, in place of preprocessor_config's if given
   * @throws VlmR1Exception BAD_MODEL, naming the file that is absent or broken
   */
  public static QwenPromptProcessor open(
      Path modelFolder, Tokenizer tokenizer, @Nullable Long minPixels, @Nullable Long maxPixels) {
    Path file = modelFolder.resolve("config.json");
    JsonNode token = QwenPreprocessing.read(file).path("image_token_id");
    if (!token.isInt()) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL, file + ": image_token_id is missing; name a Qwen-VL model");
    }
    return new QwenPromptProcessor(
        tokenizer,
        ChatTemplate.open(modelFolder),
        QwenPreprocessing.open(modelFolder, minPixels, maxPixels),
        token.asInt());
  }

  @Override
  public String render(List<Message> messages) {
    return template.render(messages);
  }

  @Override
  public PreparedPrompt prepare(List<Message> messages, List<DecodedImage> images) {
    int[] ids = tokenizer.encode(render(messages));
    requireOnePlaceholderEach(messages, images.size(), ids);
    List<Patches> cut = images.stream().map(this::cut).toList();
    List<PreparedImage> prepared = new ArrayList<>();
    for (int i = 0; i < cut.size(); i++) {
      prepared.add(prepared(images.get(i), cut.get(i)));
    }
    return new PreparedPrompt(expand(ids, cut), prepared);
  }

  @Override
  public OptionalInt lengthAbove(
      int limit, List<Message> messages, List<SmartResize.Size> pictures) {
    requireNoPlaceholderInText(messages);
    int imageTokens = 0;
    for (SmartResize.Size picture : pictures) {
      imageTokens += imageTokens(picture);
    }
    // no token is shorter than a byte: most prompts need not be rendered to see that they fit
    int most = imageTokens + bytes(messages) + MARKS * (1 + messages.size() + pictures.size());
    if (most <= limit) {
      return OptionalInt.empty();
    }
    int[] ids = tokenizer.encode(render(messages));
    requireOnePlaceholderEach(messages, pictures.size(), ids);
    int length = ids.length - pictures.size() + imageTokens;
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

  private int imageTokens(SmartResize.Size picture) {
    SmartResize.Size large = Resize.atLeast(picture, SMALLEST_SIDE);
    SmartResize.Size size = preprocessing.resize().of(large.width(), large.height());
    int block = preprocessing.resize().factor();
    return size.width() / block * (size.height() / block);
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
    return preprocessing.recipe().side();
  }

  @Override
  public int turnEnd() {
    return tokenizer.id("<|im_end|>");
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

  /** Repeats each image token as often as its picture has blocks. */
  private int[] expand(int[] ids, List<Patches> images) {
    int merge = preprocessing.recipe().merge();
    int length = ids.length - images.size();
    for (Patches image : images) {
      length += image.gridHeight() * image.gridWidth() / (merge * merge);
    }
    int[] expanded = new int[length];
    int at = 0;
    int image = 0;
    for (int id : ids) {
      int copies = 1;
      if (id == imageToken) {
        Patches patches = images.get(image++);
        copies = patches.gridHeight() * patches.gridWidth() / (merge * merge);
      }
      Arrays.fill(expanded, at, at + copies, id);
      at += copies;
    }
    return expanded;
  }

  private Patches cut(DecodedImage image) {
    DecodedImage large = Resize.atLeast(image, SMALLEST_SIDE);
    SmartResize.Size size = preprocessing.resize().of(large.width(), large.height());
    return Patches.of(
        Resize.to(large, size.width(), size.height(), Resize.Filter.BICUBIC),
        preprocessing.recipe());
  }

  private PreparedImage prepared(DecodedImage original, Patches patches) {
    Tensor values =
        Tensor.create(
            patches.values(),
            (long) patches.gridHeight() * patches.gridWidth(),
            preprocessing.recipe().width());
    return new PreparedImage(
        values, 1, patches.gridHeight(), patches.gridWidth(), original.width(), original.height());
  }
}
