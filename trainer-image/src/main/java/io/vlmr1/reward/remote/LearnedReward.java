package io.vlmr1.reward.remote;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.reward.Completion;
import io.vlmr1.reward.Reward;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A learned reward model by DJL and ONNX Runtime: `model.onnx` takes `input_ids` and
 * `attention_mask`, both [1, T] of int64, and its first output's first number is the score.
 * `tokenizer.json` makes the ids of the pair (problem, completion).
 */
public final class LearnedReward implements Reward {
  private static final int MOST_LETTERS = 100_000;

  private final String name;
  private final HuggingFaceTokenizer tokenizer;
  private final ZooModel<NDList, NDList> model;

  private LearnedReward(
      String name, HuggingFaceTokenizer tokenizer, ZooModel<NDList, NDList> model) {
    this.name = name;
    this.tokenizer = tokenizer;
    this.model = model;
  }

  /**
   * The model that an entry of the spec names.
   *
   * @throws VlmR1Exception BAD_MODEL when the folder does not hold it
   */
  public static LearnedReward of(RewardContext context) {
    String place = "spec.rewards[" + context.spec().name() + "].model";
    Path folder = Path.of(Objects.requireNonNullElse(context.spec().model(), ""));
    for (String file : new String[] {"model.onnx", "tokenizer.json"}) {
      if (!Files.isRegularFile(folder.resolve(file))) {
        throw new VlmR1Exception(
            ExitCode.BAD_MODEL, place + ": no " + file + " in " + folder + "; put it there");
      }
    }
    Criteria<NDList, NDList> criteria =
        Criteria.builder()
            .setTypes(NDList.class, NDList.class)
            .optModelPath(folder.resolve("model.onnx"))
            .optTranslator(new NoopTranslator())
            .optEngine("OnnxRuntime")
            .build();
    try {
      return new LearnedReward(
          context.spec().name(),
          HuggingFaceTokenizer.newInstance(
              folder.resolve("tokenizer.json"), Map.of("truncation", "true", "padding", "false")),
          criteria.loadModel());
    } catch (IOException | ModelNotFoundException | MalformedModelException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL, place + ": " + folder + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Duration limit() {
    return Duration.ofSeconds(60);
  }

  @Override
  public Score score(Completion completion) {
    String text = completion.text();
    if (text.length() > MOST_LETTERS) {
      return Score.of(0, "longer than " + MOST_LETTERS + " letters, not read");
    }
    Encoding encoding = tokenizer.encode(wellFormed(completion.row().problem()), wellFormed(text));
    try (NDManager manager = model.getNDManager().newSubManager();
        Predictor<NDList, NDList> predictor = model.newPredictor()) {
      NDArray ids = manager.create(new long[][] {encoding.getIds()});
      ids.setName("input_ids");
      NDArray mask = manager.create(new long[][] {encoding.getAttentionMask()});
      mask.setName("attention_mask");
      NDList output = predictor.predict(new NDList(ids, mask));
      double value = output.get(0).toFloatArray()[0];
      return Double.isFinite(value)
          ? Score.of(value, String.format(Locale.ROOT, "the model says %.4f", value))
          : Score.failure("the model's score is no number");
    } catch (TranslateException e) {
      return Score.failure("the model failed: " + e.getMessage());
    }
  }

  /** Halves of surrogate pairs are no text for the tokenizer. */
  private static String wellFormed(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints()
        .forEach(
            point ->
                result.appendCodePoint(
                    point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                        ? 0xfffd
                        : point));
    return result.toString();
  }
}
