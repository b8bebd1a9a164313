package io.vlmr1.model.decoder;

import io.vlmr1.model.DecodeSession;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.ModelFacts;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.nn.FlatParameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A language model that reads picture features in place of image tokens: all families are. */
public final class DecoderModel implements VisionLanguageModel {
  private final LanguageModel language;
  private final VisionTower vision;
  private @Nullable DecodingCopy copy;
  private boolean lent;

  /** Of both sides, whose weights are closed with this. */
  public DecoderModel(LanguageModel language, VisionTower vision) {
    this.language = language;
    this.vision = vision;
  }

  /** The language side. */
  public LanguageModel language() {
    return language;
  }

  /** The vision side. */
  public VisionTower vision() {
    return vision;
  }

  /** Which parts of the vision side train. */
  VisionPass.Training visionTraining() {
    return VisionPass.Training.of(vision, language.weights());
  }

  /** For whom pictures remember what the tower made of them: nobody while that may change. */
  @Nullable DecoderModel remembering() {
    return language.weights().trainable() && !visionTraining().tower() ? this : null;
  }

  /**
   * Weights laid out for decoding; give them back. A model that does not train keeps them for the
   * next session, one that trains has other weights by then.
   */
  DecodingCopy borrowCopy(int rows) {
    if (language.weights().trainable() || lent) {
      return new DecodingCopy(language, rows);
    }
    DecodingCopy known = copy;
    if (known == null || known.rows() != rows) {
      if (known != null) {
        known.close();
      }
      known = new DecodingCopy(language, rows);
      copy = known;
    }
    lent = true;
    return known;
  }

  /** Takes a copy back. */
  void giveBack(DecodingCopy given) {
    if (given == copy) {
      lent = false;
    } else {
      given.close();
    }
  }

  @Override
  public ModelFacts facts() {
    return language.facts();
  }

  @Override
  public FlatParameters parameters() {
    return language.weights();
  }

  @Override
  public DecodeSession decode(
      List<PreparedPrompt> prompts, int completionsPerPrompt, int maxNewTokens) {
    return new DecoderSession(this, prompts, completionsPerPrompt, maxNewTokens);
  }

  @Override
  public ForwardPass forward(Pack pack, double temperature, ForwardPass.Keep keep) {
    return new DecoderPass(this, pack, temperature, keep);
  }

  @Override
  public void close() {
    if (copy != null) {
      copy.close();
    }
    language.weights().close();
  }
}
