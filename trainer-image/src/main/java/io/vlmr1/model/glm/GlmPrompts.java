package io.vlmr1.model.glm;

import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.decoder.ConfigFields;
import io.vlmr1.model.prompt.PatchPictures;
import io.vlmr1.model.prompt.PromptMaker;
import io.vlmr1.model.prompt.TemplateWording;
import io.vlmr1.text.ChatTemplate;
import io.vlmr1.text.Tokenizer;

/** Prompts of GLM-4.1V: the folder's chat template, a token a block of patches. */
final class GlmPrompts {
  private static final PatchPictures.Defaults DEFAULTS =
      new PatchPictures.Defaults(112 * 112, 9633792, true);

  private GlmPrompts() {}

  static PromptProcessor of(
      ModelFamily.Source source, Tokenizer tokenizer, ModelFamily.PixelLimits pixels) {
    return new PromptMaker(
        tokenizer,
        new TemplateWording(ChatTemplate.open(source.folder())),
        PatchPictures.open(source.folder(), pixels, DEFAULTS),
        ConfigFields.ofTop(source, "text_config").number("image_token_id"),
        tokenizer.id("<|endoftext|>")); // the template closes no turn
  }
}
