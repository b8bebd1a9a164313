package io.vlmr1.model.qwen;

import io.vlmr1.model.DecodeSession;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.nn.Attention;
import io.vlmr1.nn.Attention.Projected;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.LiveRows;
import io.vlmr1.nn.PaddedBatch;
import io.vlmr1.nn.Rotary;
import io.vlmr1.nn.SharedPromptAttention;
import io.vlmr1.nn.SharedPromptCache;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Decoding with Qwen2.5-VL: images once, prompts once, then a token a row and step. */
final class QwenDecodeSession implements DecodeSession {
  private final QwenModel model;
  private final int room;
  private final PaddedBatch prompts;
  private final List<SharedPromptCache> caches = new ArrayList<>();
  private final int[] nextPosition;
  private int[] promptOfRow;
  private LiveRows live;
  private Retained current = new Retained();
  private Tensor logits;
  private int step;

  QwenDecodeSession(
      QwenModel model, List<PreparedPrompt> given, int completionsPerPrompt, int maxNewTokens) {
    this.model = model;
    this.room = maxNewTokens;
    prompts = new PaddedBatch(given.stream().mapToInt(prompt -> prompt.ids().length).toArray());
    nextPosition =
        given.stream()
            .mapToInt(prompt -> QwenPositions.of(prompt, model.config()).next())
            .toArray();
    promptOfRow =
        IntStream.range(0, given.size() * completionsPerPrompt)
            .map(row -> row / completionsPerPrompt)
            .toArray();
    live = new LiveRows(promptOfRow, given.size(), prompts.keyMask());
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor last = prefill(given);
      Tensor byPrompt = LanguageHead.logits(model.head(), last);
      logits = current.keep(byPrompt.index_select(0, Tensors.ofInts(promptOfRow)));
    }
  }

  /** Fills the caches; gives the hidden state of each prompt's last token. */
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
    Rotary.Angles angles = rows.angles();
    try (PaddedBatch none = new PaddedBatch(new int[given.size()])) {
      Attention attention = new SharedPromptAttention(prompts, none, none);
      for (TransformerBlock block : model.languageBlocks()) {
        Tensor input = x;
        x = Scope.keep(() -> prefill(block, input, angles, attention));
      }
    }
    int[] ends = rows.promptLengths();
    Arrays.parallelPrefix(ends, Integer::sum);
    return x.index_select(0, Tensors.ofInts(Arrays.stream(ends).map(end -> end - 1).toArray()));
  }

  private Tensor prefill(
      TransformerBlock block, Tensor x, Rotary.Angles angles, Attention attention) {
    Projected projected = block.before(x, angles);
    caches.add(
        new SharedPromptCache(
            prompts, projected.key(), projected.value(), promptOfRow.length, room));
    return block.after(x, attention.apply(projected).out());
  }

  @Override
  public Tensor logits() {
    return logits;
  }

  @Override
  public void advance(int[] tokens) {
    if (tokens.length != promptOfRow.length) {
      throw new IllegalArgumentException(
          tokens.length + " tokens for " + promptOfRow.length + " live rows");
    }
    if (step == room) {
      throw new IllegalStateException("the session has room for " + room + " tokens a row");
    }
    Retained next = new Retained();
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Rotary.Angles angles = angles();
      Tensor x = torch.embedding(model.embedding(), Tensors.ofInts(tokens));
      for (int i = 0; i < caches.size(); i++) {
        SharedPromptCache cache = caches.get(i);
        TransformerBlock block = model.languageBlocks().get(i);
        x = block.after(x, cache.attend(block.before(x, angles), step, live));
      }
      logits = next.keep(LanguageHead.logits(model.head(), x));
    }
    current.close();
    current = next;
    step++;
  }

  private Rotary.Angles angles() {
    float[] frequencies =
        Rotary.inverseFrequencies(model.config().block().width(), model.config().ropeTheta());
    float[] half = new float[promptOfRow.length * frequencies.length];
    for (int row = 0; row < promptOfRow.length; row++) {
      int place = nextPosition[promptOfRow[row]] + step;
      for (int j = 0; j < frequencies.length; j++) {
        half[row * frequencies.length + j] = place * frequencies[j];
      }
    }
    return Rotary.angles(half, promptOfRow.length);
  }

  @Override
  public void retain(int[] rows) {
    if (rows.length == promptOfRow.length) {
      return;
    }
    promptOfRow = Arrays.stream(rows).map(row -> promptOfRow[row]).toArray();
    live.close();
    live = new LiveRows(promptOfRow, prompts.sequences(), prompts.keyMask());
    Retained next = new Retained();
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor index = Tensors.ofInts(rows);
      caches.forEach(cache -> cache.retain(index));
      logits = next.keep(logits.index_select(0, index));
    }
    current.close();
    current = next;
  }

  @Override
  public void close() {
    caches.forEach(SharedPromptCache::close);
    live.close();
    current.close();
    prompts.close();
  }
}
