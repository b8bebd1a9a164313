package io.vlmr1.model.internvl;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.model.decoder.ConfigFields;
import io.vlmr1.model.prompt.PatchPictures;
import io.vlmr1.model.prompt.PromptMaker;
import io.vlmr1.model.prompt.Wording;
import io.vlmr1.text.ChatTemplate;
import io.vlmr1.text.Message;
import io.vlmr1.text.Tokenizer;
import java.util.List;

/**
 * Prompts of InternVL. The published layout has ChatML with a system message of its own, which no
 * file of the folder tells; transformers' own has a chat template.
 */
final class InternVlPrompts {
  private static final String MARKED = "<img>" + InternVlConfig.CONTEXT + "</img>";

  private InternVlPrompts() {}

  static PromptProcessor of(
      ModelFamily.Source source, Tokenizer tokenizer, ModelFamily.PixelLimits pixels) {
    boolean own = source.modelType().equals(InternVlConfig.OWN);
    return new PromptMaker(
        tokenizer,
        own ? new Template(ChatTemplate.open(source.folder())) : chatMl(source),
        own ? ownTiles(source, pixels) : publishedTiles(source, pixels),
        tokenizer.id(InternVlConfig.CONTEXT),
        tokenizer.id("<|im_end|>"));
  }

  private static Wording chatMl(ModelFamily.Source source) {
    ConfigFields.ofTop(source, "").require("template", "internvl2_5");
    return new ChatMl();
  }

  private static TilePictures publishedTiles(
      ModelFamily.Source source, ModelFamily.PixelLimits pixels) {
    ConfigFields top = ConfigFields.ofTop(source, "");
    InternVlConfig.Vision vision = InternVlConfig.of(source).vision();
    boolean dynamic = top.flag("dynamic_image_size", true);
    JsonNode preprocessor = PatchPictures.preprocessor(source.folder());
    TilePictures.Tiling tiling =
        new TilePictures.Tiling(
            top.number("force_image_size", vision.side()),
            dynamic ? top.number("min_dynamic_patch", 1) : 1,
            dynamic ? top.number("max_dynamic_patch", 6) : 1,
            top.flag("use_thumbnail", true));
    return TilePictures.of(tiling.within(pixels), vision.patch(), vision.block(), preprocessor);
  }

  private static TilePictures ownTiles(ModelFamily.Source source, ModelFamily.PixelLimits pixels) {
    InternVlConfig.Vision vision = InternVlConfig.of(source).vision();
    JsonNode preprocessor = PatchPictures.preprocessor(source.folder());
    boolean dynamic = preprocessor.path("crop_to_patches").asBoolean(true);
    TilePictures.Tiling tiling =
        new TilePictures.Tiling(
            preprocessor.path("size").path("height").asInt(vision.side()),
            dynamic ? preprocessor.path("min_patches").asInt(1) : 1,
            dynamic ? preprocessor.path("max_patches").asInt(12) : 1,
            true);
    return TilePictures.of(tiling.within(pixels), vision.patch(), vision.block(), preprocessor);
  }

  /** transformers' template writes the image token alone. */
  private record Template(ChatTemplate template) implements Wording {
    @Override
    public String render(List<Message> messages) {
      return template.render(messages);
    }

    @Override
    public String marked(List<Message> messages) {
      return render(messages).replace(InternVlConfig.CONTEXT, MARKED);
    }
  }

  /** Conversation template `internvl2_5`. */
  private record ChatMl() implements Wording {
    private static final String SYSTEM =
        "你是书生·万象，英文名是InternVL，是由上海人工智能实验室、清华大学及多家合作单位联合开发的多模态大语言模型。";

    @Override
    public String render(List<Message> messages) {
      return write(messages, "<image>");
    }

    @Override
    public String marked(List<Message> messages) {
      return write(messages, MARKED);
    }

    private static String write(List<Message> messages, String image) {
      StringBuilder text = new StringBuilder();
      if (messages.isEmpty() || !messages.get(0).role().equals("system")) {
        turn(text, new Message("system", List.of(new Message.Part.Text(SYSTEM))), image);
      }
      messages.forEach(message -> turn(text, message, image));
      return text.append("<|im_start|>assistant\n").toString();
    }

    private static void turn(StringBuilder text, Message message, String image) {
      text.append("<|im_start|>").append(message.role()).append('\n');
      for (Message.Part part : message.parts()) {
        text.append(part instanceof Message.Part.Text words ? words.text() : image + "\n");
      }
      text.append("<|im_end|>\n");
    }
  }
}
