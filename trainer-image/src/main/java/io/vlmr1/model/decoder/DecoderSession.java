package io.vlmr1.model.decoder;

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
import io.vlmr1.tensor.PackedWeight;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Decoding: images once, prompts once, then a token a row and step. */
final class DecoderSession implements DecodeSession {
  private static final VisionPass.Training NOTHING_TRAINS = new VisionPass.Training(false, false);

  private final DecoderModel model;
  private final int room;
  private final PaddedBatch prompts;
  private final SharedPromptCache cache;
  private final int[] nextPosition;
  private @Nullable DecodingCopy copy;
  private List<TransformerBlock> blocks;
  private LanguageHead.Weights head;
  private Retained current = new Retained();
  private Tensor logits;

  DecoderSession(
      DecoderModel model, List<PreparedPrompt> given, int completionsPerPrompt, int maxNewTokens) {
    this.model = model;
    this.room = maxNewTokens;
    prompts = new PaddedBatch(given.stream().mapToInt(prompt -> prompt.ids().length).toArray());
    cache = new SharedPromptCache(prompts, completionsPerPrompt, maxNewTokens);
    nextPosition = given.stream().mapToInt(prompt -> model.vision().place(prompt).next()).toArray();
    try (Scope scope = Scope.open()) {
      Tensor byPrompt = model.language().head().logits(prefill(given));
      logits = current.keep(byPrompt.index_select(0, Tensors.ofInts(cache.promptOfRow())));
    }
    blocks = model.language().blocks();
    head = model.language().head();
  }

  /** Lays the weights out for few rows; the first token does not wait for it. */
  private void pack() {
    if (PackedWeight.fits(model.parameters().bytes())) {
      copy = model.borrowCopy(cache.promptOfRow().length);
      blocks = copy.blocks();
      head = copy.head();
    }
  }

  /** Fills the cache; gives the hidden state of each prompt's last token. */
  private Tensor prefill(List<PreparedPrompt> given) {
    PackRows rows =
        new PackRows(
            model,
            new Pack(given.stream().map(prompt -> new Pack.Group(prompt, List.of())).toList()));
    Tensor x = model.language().embed(Tensors.ofLongs(rows.ids()));
    List<PreparedImage> images =
        given.stream().flatMap(prompt -> prompt.images().stream()).toList();
    if (!images.isEmpty()) {
      try (VisionPass vision =
          new VisionPass(
              model.vision(), images, Memory.NONE, NOTHING_TRAINS, model.remembering())) {
        x.index_copy_(0, Tensors.ofLongs(rows.imageRows()), vision.forward());
      }
    }
    try (PaddedBatch none = new PaddedBatch(new int[given.size()])) {
      Attention attention = cache.filling(new SharedPromptAttention(prompts, none, none));
      int[] ends = rows.promptLengths();
      Arrays.parallelPrefix(ends, Integer::sum);
      try (BlockStack stack = stack(model.language().blocks(), rows.rotary(), layer -> attention)) {
        stack.onlyRead(Tensors.ofInts(Arrays.stream(ends).map(end -> end - 1).toArray()));
        return stack.forward(x);
      }
    }
  }

  private static BlockStack stack(
      List<TransformerBlock> blocks, Rotary rotary, IntFunction<Attention> attentions) {
    return new BlockStack(blocks, rotary, attentions, Memory.NONE);
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
    if (cache.step() == 0) {
      pack();
    }
    Retained next = new Retained();
    try (Scope scope = Scope.open();
        BlockStack stack = stack(blocks, rotary(owners), cache::attention)) {
      Tensor x = model.language().embed(Tensors.ofInts(tokens));
      logits = next.keep(head.logits(stack.forward(x)));
    }
    current.close();
    current = next;
    cache.advance();
  }

  /**
   * Where the base grows with the sequence, each token is turned by the base of the length that it
   * gives its row; keys that are cached keep theirs, as in the published models.
   */
  private Rotary rotary(int[] owners) {
    Turning.Rows rows = model.language().turning().rows(owners.length);
    for (int owner : owners) {
      rows.sequence(prompts.length(owner) + cache.step() + 1);
      rows.add(nextPosition[owner] + cache.step(), 1);
    }
    return rows.angles();
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
    if (copy != null) {
      model.giveBack(copy);
      copy = null;
    }
    prompts.close();
  }
}
