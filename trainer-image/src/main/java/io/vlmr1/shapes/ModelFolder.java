package io.vlmr1.shapes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the tiny model's folder as it would be downloaded, all but the weights. */
final class ModelFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final int LONGEST = 2048;

  /**
   * Qwen's turns and image marks; no system message is put in, which keeps the tiny prompts short.
   */
  private static final String TEMPLATE =
      "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
          + "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
          + "{% for part in message['content'] %}{% if part['type'] == 'image' %}"
          + "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
          + "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
          + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

  /**
   * Qwen2's way to cut text into words, with numbers of up to three digits kept whole with their
   * blank.
   */
  private static final String WORD_PATTERN =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+| ?\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private final TinyModel model;
  private final ShapesVocabulary vocabulary;
  private final Path folder;

  private ModelFolder(TinyModel model, ShapesVocabulary vocabulary, Path folder) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.folder = folder;
  }

  static void write(TinyModel model, Difficulty difficulty, Path folder) throws IOException {
    Files.createDirectories(folder);
    new ModelFolder(model, ShapesVocabulary.of(difficulty.side()), folder).write();
  }

  private void write() throws IOException {
    write("config.json", config());
    write("generation_config.json", generation());
    write("preprocessor_config.json", preprocessor());
    write("chat_template.json", Map.of("chat_template", TEMPLATE));
    write("tokenizer.json", tokenizer());
    write("tokenizer_config.json", tokenizerConfig());
    write("special_tokens_map.json", specialTokens());
    write("vocab.json", vocabulary.pairs().vocabulary());
    List<String> merges = new ArrayList<>(List.of("#version: 0.2"));
    vocabulary.pairs().merges().forEach(pair -> merges.add(String.join(" ", pair)));
    Files.write(folder.resolve("merges.txt"), merges);
  }

  private void write(String name, Object content) throws IOException {
    JSON.writeValue(folder.resolve(name).toFile(), content);
  }

  private Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("Qwen2_5_VLForConditionalGeneration"));
    config.put("model_type", "qwen2_5_vl");
    config.put("bos_token_id", vocabulary.id("<|endoftext|>"));
    config.put("eos_token_id", vocabulary.id("<|im_end|>"));
    config.put("pad_token_id", vocabulary.id("<|endoftext|>"));
    config.put("vision_start_token_id", vocabulary.id("<|vision_start|>"));
    config.put("vision_end_token_id", vocabulary.id("<|vision_end|>"));
    config.put("vision_token_id", vocabulary.id("<|vision_pad|>"));
    config.put("image_token_id", vocabulary.id("<|image_pad|>"));
    config.put("video_token_id", vocabulary.id("<|video_pad|>"));
    config.put("vocab_size", vocabulary.size());
    config.put("hidden_size", model.hidden());
    config.put("intermediate_size", model.intermediate());
    config.put("num_hidden_layers", model.layers());
    config.put("max_window_layers", model.layers());
    config.put("num_attention_heads", model.heads());
    config.put("num_key_value_heads", model.keyValueHeads());
    config.put("hidden_act", "silu");
    config.put("max_position_embeddings", LONGEST);
    config.put("rms_norm_eps", 1e-6);
    config.put("rope_theta", 1e4); // sequences are short
    config.put("rope_scaling", Map.of("type", "mrope", "mrope_section", model.ropeSections()));
    config.put("sliding_window", LONGEST);
    config.put("use_sliding_window", false);
    config.put("attention_dropout", 0.0);
    config.put("initializer_range", model.initializerRange());
    config.put("tie_word_embeddings", model.tied());
    config.put("torch_dtype", "float32");
    config.put("use_cache", true);
    config.put("vision_config", vision());
    return config;
  }

  private Map<String, Object> vision() {
    Map<String, Object> vision = new LinkedHashMap<>();
    vision.put("depth", model.visionDepth());
    vision.put("hidden_size", model.visionHidden());
    vision.put("intermediate_size", model.visionIntermediate());
    vision.put("num_heads", model.visionHeads());
    vision.put("out_hidden_size", model.hidden());
    vision.put("fullatt_block_indexes", model.fullAttentionBlocks());
    vision.put("window_size", 112);
    vision.put("hidden_act", "silu");
    vision.put("in_chans", 3);
    vision.put("patch_size", 14);
    vision.put("spatial_patch_size", 14);
    vision.put("spatial_merge_size", 2);
    vision.put("temporal_patch_size", 2);
    vision.put("tokens_per_second", 2);
    vision.put("initializer_range", model.initializerRange());
    return vision;
  }

  private Map<String, Object> generation() {
    Map<String, Object> generation = new LinkedHashMap<>();
    generation.put("bos_token_id", vocabulary.id("<|endoftext|>"));
    generation.put(
        "eos_token_id", List.of(vocabulary.id("<|im_end|>"), vocabulary.id("<|endoftext|>")));
    generation.put("pad_token_id", vocabulary.id("<|endoftext|>"));
    generation.put("do_sample", false);
    return generation;
  }

  private static Map<String, Object> preprocessor() {
    Map<String, Object> preprocessor = new LinkedHashMap<>();
    preprocessor.put("image_processor_type", "Qwen2VLImageProcessor");
    preprocessor.put("processor_class", "Qwen2_5_VLProcessor");
    preprocessor.put("min_pixels", 3136);
    preprocessor.put("max_pixels", 12845056);
    preprocessor.put("patch_size", 14);
    preprocessor.put("temporal_patch_size", 2);
    preprocessor.put("merge_size", 2);
    preprocessor.put("image_mean", List.of(0.48145466, 0.4578275, 0.40821073));
    preprocessor.put("image_std", List.of(0.26862954, 0.26130258, 0.27577711));
    return preprocessor;
  }

  private Map<String, Object> tokenizer() {
    Map<String, Object> split = new LinkedHashMap<>();
    split.put("type", "Split");
    split.put("pattern", Map.of("Regex", WORD_PATTERN));
    split.put("behavior", "Isolated");
    split.put("invert", false);
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("type", "BPE");
    for (String absent :
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
      words.put(absent, null);
    }
    for (String off : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      words.put(off, false);
    }
    words.put("vocab", vocabulary.pairs().vocabulary());
    words.put("merges", vocabulary.pairs().merges());
    Map<String, Object> tokenizer = new LinkedHashMap<>();
    tokenizer.put("version", "1.0");
    tokenizer.put("truncation", null);
    tokenizer.put("padding", null);
    List<Object> added = new ArrayList<>();
    vocabulary.added().forEach((name, id) -> added.add(addedToken(name, id)));
    tokenizer.put("added_tokens", added);
    tokenizer.put("normalizer", Map.of("type", "NFC"));
    tokenizer.put(
        "pre_tokenizer",
        Map.of("type", "Sequence", "pretokenizers", List.of(split, byteLevel(false))));
    tokenizer.put("post_processor", byteLevel(false));
    tokenizer.put("decoder", byteLevel(true));
    tokenizer.put("model", words);
    return tokenizer;
  }

  private static Map<String, Object> byteLevel(boolean decoder) {
    Map<String, Object> byteLevel = new LinkedHashMap<>();
    byteLevel.put("type", "ByteLevel");
    byteLevel.put("add_prefix_space", decoder);
    byteLevel.put("trim_offsets", decoder);
    byteLevel.put("use_regex", decoder);
    return byteLevel;
  }

  /** An added token; with an id for tokenizer.json, null where the id is the key. */
  private static Map<String, Object> addedToken(String name, @Nullable Integer id) {
    Map<String, Object> token = new LinkedHashMap<>();
    if (id != null) {
      token.put("id", id);
    }
    token.put("content", name);
    for (String off : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      token.put(off, false);
    }
    token.put("special", ShapesVocabulary.SPECIAL.contains(name));
    return token;
  }

  private Map<String, Object> tokenizerConfig() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("tokenizer_class", "Qwen2Tokenizer");
    config.put("add_bos_token", false);
    config.put("add_prefix_space", false);
    Map<String, Object> added = new LinkedHashMap<>();
    vocabulary.added().forEach((name, id) -> added.put(id.toString(), addedToken(name, null)));
    config.put("added_tokens_decoder", added);
    config.put("bos_token", null);
    config.put("unk_token", null);
    config.putAll(specialTokens());
    config.put("chat_template", TEMPLATE);
    config.put("clean_up_tokenization_spaces", false);
    config.put("errors", "replace");
    config.put("model_max_length", LONGEST);
    config.put("split_special_tokens", false);
    return config;
  }

  private static Map<String, Object> specialTokens() {
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("eos_token", "<|im_end|>");
    tokens.put("pad_token", "<|endoftext|>");
    tokens.put(
        "additional_special_tokens",
        ShapesVocabulary.SPECIAL.subList(1, ShapesVocabulary.SPECIAL.size()));
    return tokens;
  }
}
