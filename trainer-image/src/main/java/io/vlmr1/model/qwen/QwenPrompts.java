package io.vlmr1.model.qwen;

import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.decoder.ConfigFields;
import io.vlmr1.model.prompt.PatchPictures;
import io.vlmr1.model.prompt.PromptMaker;
import io.vlmr1.model.prompt.TemplateWording;
import io.vlmr1.text.ChatTemplate;
import io.vlmr1.text.Tokenizer;

/** Prompts of Qwen2-VL and Qwen2.5-VL: the folder's chat template, a token a block of patches. */
final class QwenPrompts {
  private static final PatchPictures.Defaults DEFAULTS =
      new PatchPictures.Defaults(3136, 12845056, false);

  private QwenPrompts() {}

  static PromptProcessor of(
      ModelFamily.Source source, Tokenizer tokenizer, ModelFamily.PixelLimits pixels) {
    return new PromptMaker(
        tokenizer,
        new TemplateWording(ChatTemplate.open(source.folder())),
        PatchPictures.open(source.folder(), pixels, DEFAULTS),
        ConfigFields.ofTop(source, "text_config").number("image_token_id"),
        tokenizer.id("<|im_end|>"));
  }
}
