package io.vlmr1.model.qwen;

import io.vlmr1.model.DecodeSession;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.nn.Attention;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.PaddedBatch;
import io.vlmr1.nn.Rotary;
import io.vlmr1.nn.SharedPromptAttention;
import io.vlmr1.nn.SharedPromptCache;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Decoding with Qwen2.5-VL: images once, prompts once, then a token a row and step. */
final class QwenDecodeSession implements DecodeSession {
  private final QwenModel model;
  private final int room;
  private final PaddedBatch prompts;
  private final SharedPromptCache cache;
  private final int[] nextPosition;
  private final Retained packed = new Retained();
  private final List<TransformerBlock> blocks;
  private final LanguageHead.Weights head;
  private Retained current = new Retained();
  private Tensor logits;

  QwenDecodeSession(
      QwenModel model, List<PreparedPrompt> given, int completionsPerPrompt, int maxNewTokens) {
    this.model = model;
    this.room = maxNewTokens;
    prompts = new PaddedBatch(given.stream().mapToInt(prompt -> prompt.ids().length).toArray());
    cache = new SharedPromptCache(prompts, completionsPerPrompt, maxNewTokens);
    nextPosition =
        given.stream()
            .mapToInt(prompt -> QwenPositions.of(prompt, model.config()).next())
            .toArray();
    try (Scope scope = Scope.open()) {
      Tensor byPrompt = model.head().logits(prefill(given));
      logits = current.keep(byPrompt.index_select(0, Tensors.ofInts(cache.promptOfRow())));
    }
    int rows = given.size() * completionsPerPrompt;
    blocks = model.languageBlocks().stream().map(block -> block.packed(rows, packed)).toList();
    head = model.head().packed(rows, packed);
  }

  /** Fills the cache; gives the hidden state of each prompt's last token. */
  private Tensor prefill(List<PreparedPrompt> given) {
    QwenPackRows rows =
        new QwenPackRows(
            model.config(),
            new Pack(given.stream().map(prompt -> new Pack.Group(prompt, List.of())).toList()));
    Tensor x = torch.embedding(model.embedding(), Tensors.ofLongs(rows.ids()));
    List<PreparedImage> images =
        given.stream().flatMap(prompt -> prompt.images().stream()).toList();
    if (!images.isEmpty()) {
      try (QwenVisionPass vision = new QwenVisionPass(model, images, Memory.NONE)) {
        x.index_copy_(0, Tensors.ofLongs(rows.imageRows()), vision.forward());
      }
    }
    try (PaddedBatch none = new PaddedBatch(new int[given.size()])) {
      Attention attention = cache.filling(new SharedPromptAttention(prompts, none, none));
      Tensor hidden = run(model.languageBlocks(), x, rows.angles(), layer -> attention);
      int[] ends = rows.promptLengths();
      Arrays.parallelPrefix(ends, Integer::sum);
      return hidden.index_select(
          0, Tensors.ofInts(Arrays.stream(ends).map(end -> end - 1).toArray()));
    }
  }

  private static Tensor run(
      List<TransformerBlock> blocks,
      Tensor x,
      Rotary.Angles angles,
      IntFunction<Attention> attentions) {
    try (BlockStack stack = new BlockStack(blocks, angles, attentions, Memory.NONE)) {
      return stack.forward(x);
    }
  }

  @Override
  public Tensor logits() {
    return logits;
  }

  @Override
  public void advance(int[] tokens) {
    int[] owners = cache.promptOfRow();
    if (tokens.length != owners.length) {
      throw new IllegalArgumentException(
          tokens.length + " tokens for " + owners.length + " live rows");
    }
    if (cache.step() == room) {
      throw new IllegalStateException("the session has room for " + room + " tokens a row");
    }
    Retained next = new Retained();
    try (Scope scope = Scope.open()) {
      Tensor x = torch.embedding(model.embedding(), Tensors.ofInts(tokens));
      Tensor hidden = run(blocks, x, angles(owners), cache::attention);
      logits = next.keep(head.logits(hidden));
    }
    current.close();
    current = next;
    cache.advance();
  }

  private Rotary.Angles angles(int[] owners) {
    float[] frequencies =
        Rotary.inverseFrequencies(model.config().shape().width(), model.config().ropeTheta());
    float[] half = new float[owners.length * frequencies.length];
    for (int row = 0; row < owners.length; row++) {
      int place = nextPosition[owners[row]] + cache.step();
      for (int j = 0; j < frequencies.length; j++) {
        half[row * frequencies.length + j] = place * frequencies[j];
      }
    }
    return Rotary.angles(half, owners.length);
  }

  @Override
  public void retain(int[] rows) {
    if (rows.length == cache.promptOfRow().length) {
      return;
    }
    cache.retain(rows);
    Retained next = new Retained();
    try (Scope scope = Scope.open()) {
      logits = next.keep(logits.index_select(0, Tensors.ofInts(rows)));
    }
    current.close();
    current = next;
  }

  @Override
  public void close() {
    cache.close();
    current.close();
    packed.close();
    prompts.close();
  }
}
