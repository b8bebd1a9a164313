package io.vlmr1.model;

import io.vlmr1.nn.Adapter;
import io.vlmr1.nn.Parameters;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A model as it was before its adapter: the reference policy of a LoRA training, without a second
 * copy of the weights. It scores and decodes; it does not learn. The model stays the caller's.
 */
public final class WithoutAdapter implements VisionLanguageModel {
  private final VisionLanguageModel model;
  private final Adapter adapter;

  /**
   * Of a model with an adapter.
   *
   * @throws IllegalArgumentException when it has none
   */
  public WithoutAdapter(VisionLanguageModel model) {
    this.model = model;
    Adapter found = model.parameters().adapter();
    if (found == null) {
      throw new IllegalArgumentException("the model has no adapter");
    }
    adapter = found;
  }

  @Override
  public ModelFacts facts() {
    return model.facts();
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  @Override
  public DecodeSession decode(
      List<PreparedPrompt> prompts, int completionsPerPrompt, int maxNewTokens) {
    DecodeSession session =
        adapter.off(() -> model.decode(prompts, completionsPerPrompt, maxNewTokens));
    return new DecodeSession() {
      @Override
      public Tensor logits() {
        return session.logits();
      }

      @Override
      public void advance(int[] tokens) {
        adapter.off(
            () -> {
              session.advance(tokens);
              return session;
            });
      }

      @Override
      public void retain(int[] rows) {
        session.retain(rows);
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }

  @Override
  public ForwardPass forward(Pack pack, double temperature, ForwardPass.Keep keep) {
    if (keep.backward()) {
      throw new IllegalArgumentException("a model without its adapter does not learn");
    }
    return adapter.off(() -> model.forward(pack, temperature, keep));
  }

  @Override
  public void close() {}
}
