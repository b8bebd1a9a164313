package io.vlmr1.model.decoder;

import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.PaddedBatch;
import io.vlmr1.nn.Rotary;
import io.vlmr1.nn.SharedPromptAttention;
import io.vlmr1.nn.Unit;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** One pass over a pack: vision, embedding, decoder, head; and back in the opposite order. */
final class DecoderPass implements ForwardPass {
  private final DecoderModel model;
  private final PackRows rows;
  private final Retained kept = new Retained();
  private final PaddedBatch prompts;
  private final PaddedBatch completions;
  private final PaddedBatch groups;
  private final @Nullable VisionPass vision;
  private final BlockStack stack;
  private final LanguageHead head;
  private final Tensor logProbabilities;
  private final Tensor entropies;
  private boolean canGoBack;

  DecoderPass(DecoderModel model, Pack pack, double temperature, Keep keep) {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature " + temperature + " is not above 0");
    }
    this.model = model;
    Memory memory = keep.backward() ? Memory.INPUTS : Memory.NONE;
    canGoBack = keep.backward();
    if (canGoBack && !model.parameters().trainable()) {
      throw new IllegalStateException("these weights were loaded without gradients");
    }
    rows = new PackRows(model, pack);
    prompts = new PaddedBatch(rows.promptLengths());
    completions = new PaddedBatch(rows.completionLengths());
    groups = new PaddedBatch(rows.groupLengths());
    List<PreparedImage> images =
        rows.pack().groups().stream().flatMap(group -> group.prompt().images().stream()).toList();
    vision =
        images.isEmpty()
            ? null
            : new VisionPass(
                model.vision(), images, memory, model.visionTraining(), model.remembering());
    try (Scope scope = Scope.open()) {
      Rotary rotary = rows.rotary().kept(kept::keep);
      SharedPromptAttention attention = new SharedPromptAttention(prompts, completions, groups);
      stack = new BlockStack(model.language().blocks(), rotary, layer -> attention, memory);
      stack.onlyRead(kept.keep(Tensors.ofLongs(rows.predicting())));
      KeptLayers layers = canGoBack ? layers(keep) : new KeptLayers(false, 0, 0);
      stack.keepLast(layers.language());
      if (vision != null) {
        vision.keepLast(layers.vision());
      }
      head =
          new LanguageHead(
              model.language().head(), temperature, layers.head() ? Memory.ALL : memory);
      Tensor hidden = stack.forward(embed());
      LanguageHead.Scores scores = head.forward(hidden, Tensors.ofLongs(rows.targets()));
      logProbabilities = scores.logProbabilities();
      entropies = scores.entropies();
    }
  }

  private KeptLayers layers(Keep keep) {
    long all = rows.ids().length;
    KeptLayers.Part language =
        new KeptLayers.Part() {
          @Override
          public int fitting(long bytes) {
            return stack.fitting(bytes, all);
          }

          @Override
          public long bytes(int layers) {
            return stack.more(layers, all);
          }
        };
    long scored = rows.targets().length * model.language().head().keptBytes();
    long inputs = stack.inputs(all) + scored + (vision == null ? 0 : vision.inputs());
    return KeptLayers.within(
        keep.bytes() - inputs,
        model.language().head().probabilityBytes(rows.targets().length),
        language,
        vision == null ? VisionPass.NOTHING_KEPT : vision);
  }

  @Override
  public long keptBytes() {
    return stack.keptBytes() + head.keptBytes() + (vision == null ? 0 : vision.keptBytes());
  }

  private Tensor embed() {
    return Scope.keep(
        () -> {
          Tensor x = model.language().embed(Tensors.ofLongs(rows.ids()));
          if (vision != null) {
            x.index_copy_(0, Tensors.ofLongs(rows.imageRows()), vision.forward());
          }
          return x;
        });
  }

  @Override
  public Tensor logProbabilities() {
    return logProbabilities;
  }

  @Override
  public Tensor entropies() {
    return entropies;
  }

  @Override
  public void backward(Tensor gradient) {
    if (!canGoBack) {
      throw new IllegalStateException(
          "backward needs a pass that keeps its layers' inputs or activations");
    }
    canGoBack = false;
    try (Scope scope = Scope.open()) {
      embeddingBackward(stack.backward(head.backward(gradient)));
    }
  }

  private void embeddingBackward(Tensor byInput) {
    Tensor sink = model.language().embeddingGradient();
    if (sink != null) {
      try (Unit.Use use = model.language().embeddingUnit().learn()) {
        Tensor byText = byInput.index_select(0, Tensors.ofLongs(rows.textRows()));
        sink.index_add_(0, Tensors.ofLongs(rows.textIds()), byText.to(Dtype.of(sink).scalarType()));
      }
    }
    if (vision != null && vision.trains()) {
      vision.backward(byInput.index_select(0, Tensors.ofLongs(rows.imageRows())));
    }
  }

  @Override
  public void close() {
    if (vision != null) {
      vision.close();
    }
    stack.close();
    head.close();
    kept.close();
    prompts.close();
    completions.close();
    groups.close();
  }
}
