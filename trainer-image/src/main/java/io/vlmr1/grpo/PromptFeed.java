package io.vlmr1.grpo;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.data.Row;
import io.vlmr1.data.RowImages;
import io.vlmr1.data.Sampler;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.PromptProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * This rank's prompts, chunk by chunk. The next chunk's pictures are read and cut on another thread
 * while this one is computed on.
 */
public final class PromptFeed implements AutoCloseable {
  private final List<Row> rows;
  private final Sampler sampler;
  private final Place place;
  private final Maker maker;
  private final Executor background;
  private long nextChunk = -1;
  private @Nullable CompletableFuture<List<Prompt>> next;

  /**
   * Which rank this is.
   *
   * @param rank 0 to ranks - 1
   * @param ranks in all
   */
  public record Place(int rank, int ranks) {}

  /**
   * A prompt of this rank.
   *
   * @param row where it is from
   * @param share which of its completions are this rank's
   * @param prepared as the model takes it
   */
  public record Prompt(Row row, Sampler.Share share, PreparedPrompt prepared)
      implements AutoCloseable {
    @Override
    public void close() {
      prepared.close();
    }
  }

  /**
   * How a row becomes a prompt.
   *
   * @param task its words
   * @param processor its ids and patches
   * @param maxTokens a longer prompt is refused
   * @param maxImagePixels a larger picture is refused before it is decoded
   */
  public record Maker(
      TaskPrompt task, PromptProcessor processor, int maxTokens, long maxImagePixels) {

    /** With the usual limit of pictures. */
    public Maker(TaskPrompt task, PromptProcessor processor, int maxTokens) {
      this(task, processor, maxTokens, ImageReader.MAX_PIXELS);
    }

    /**
     * Reads the row's pictures and makes its prompt.
     *
     * @throws VlmR1Exception BAD_DATA naming file and line
     */
    public PreparedPrompt make(Row row) {
      List<DecodedImage> images = RowImages.read(row, maxImagePixels);
      PreparedPrompt prompt;
      try {
        prompt = processor.prepare(List.of(task.message(row)), images);
      } catch (IllegalArgumentException e) {
        throw new VlmR1Exception(ExitCode.BAD_DATA, row.place() + ": " + e.getMessage(), e);
      }
      if (prompt.ids().length > maxTokens) {
        prompt.close();
        throw new VlmR1Exception(
            ExitCode.BAD_DATA, row.place() + ": " + tooLong(prompt.ids().length));
      }
      return prompt;
    }

    /** What is said of a prompt that is too long. */
    String tooLong(int tokens) {
      return "the prompt has "
          + tokens
          + " tokens, more than spec.data.maxPromptTokens "
          + maxTokens
          + "; raise it, lower spec.model.maxPixels, remove the row, or set spec.data.longPrompts"
          + " to drop";
    }
  }

  /** A feed; `background` runs what reads ahead. */
  public PromptFeed(
      List<Row> rows, Sampler sampler, Place place, Maker maker, Executor background) {
    this.rows = rows;
    this.sampler = sampler;
    this.place = place;
    this.maker = maker;
    this.background = background;
  }

  /** Seed of the order of rows: what else is random in a training follows from it too. */
  public long seed() {
    return sampler.seed();
  }

  /** The prompts of the chunk that a step (counted from 0) works on; the caller closes them. */
  public List<Prompt> take(long step) {
    long chunk = sampler.chunk(step);
    CompletableFuture<List<Prompt>> ready = next;
    if (ready == null || nextChunk != chunk) {
      close();
      ready = ahead(chunk);
    }
    nextChunk = chunk + 1;
    next = ahead(nextChunk);
    try {
      return ready.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** A prompt in place of a share's own one, made now; the caller closes it. */
  Prompt instead(Sampler.Share share, int row) {
    Row other = rows.get(row);
    Sampler.Share moved = new Sampler.Share(row, share.prompt(), share.first(), share.count());
    return new Prompt(other, moved, maker.make(other));
  }

  private CompletableFuture<List<Prompt>> ahead(long chunk) {
    long step = chunk * sampler.iterations();
    return CompletableFuture.supplyAsync(() -> make(step), background);
  }

  private List<Prompt> make(long step) {
    List<Prompt> prompts = new ArrayList<>();
    for (Sampler.Share share : sampler.shares(step, place.rank(), place.ranks())) {
      Row row = rows.get(share.row());
      prompts.add(new Prompt(row, share, maker.make(row)));
    }
    return prompts;
  }

  @Override
  public void close() {
    CompletableFuture<List<Prompt>> unused = next;
    next = null;
    if (unused != null) {
      try {
        unused.join().forEach(Prompt::close);
      } catch (CompletionException e) {
        // it concerns prompts that nobody will learn from
      }
    }
  }
}
