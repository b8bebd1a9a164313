package io.vlmr1.grpo;

import io.vlmr1.dist.Ranks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What every rank must know of all completions of a step, in the order of the global batch.
 *
 * @param rewards [completions][rewards], NaN where one does not apply
 * @param failures of each reward: how many completions it could not score as it should
 * @param lengths tokens of each completion, end token included
 * @param promptTokens of each completion's prompt
 * @param truncated whether each was cut off
 * @param first index of this rank's first completion
 */
record Shared(
    double[][] rewards,
    int[] failures,
    int[] lengths,
    int[] promptTokens,
    boolean[] truncated,
    int first) {

  /** Exchanges one message. */
  static Shared exchange(Ranks ranks, List<Sampled> sampled, List<Judge.Verdict> verdicts) {
    int width = verdicts.get(0).scores().size();
    int record = 9 + 9 * width;
    ByteBuffer mine = ByteBuffer.allocate(verdicts.size() * record);
    int at = 0;
    for (Sampled group : sampled) {
      for (var generated : group.completions()) {
        mine.putInt(generated.ids().length).putInt(group.prompt().prepared().ids().length);
        mine.put((byte) (generated.truncated() ? 1 : 0));
        double[] values = verdicts.get(at).values();
        boolean[] failures = verdicts.get(at++).failures();
        for (int k = 0; k < width; k++) {
          mine.putDouble(values[k]).put((byte) (failures[k] ? 1 : 0));
        }
      }
    }
    return read(ranks.gather(mine.array()), ranks.rank(), width);
  }

  private static Shared read(List<byte[]> messages, int rank, int width) {
    int record = 9 + 9 * width;
    int total = messages.stream().mapToInt(message -> message.length / record).sum();
    int first = messages.subList(0, rank).stream().mapToInt(m -> m.length / record).sum();
    Shared all =
        new Shared(
            new double[total][width],
            new int[width],
            new int[total],
            new int[total],
            new boolean[total],
            first);
    List<ByteBuffer> buffers = new ArrayList<>();
    messages.forEach(message -> buffers.add(ByteBuffer.wrap(message)));
    int i = 0;
    for (ByteBuffer buffer : buffers) {
      while (buffer.hasRemaining()) {
        all.lengths[i] = buffer.getInt();
        all.promptTokens[i] = buffer.getInt();
        all.truncated[i] = buffer.get() == 1;
        for (int k = 0; k < width; k++) {
          all.rewards[i][k] = buffer.getDouble();
          all.failures[k] += buffer.get();
        }
        i++;
      }
    }
    return all;
  }

  /** Tokens of all sequences, each with its own prompt. */
  long tokens() {
    long sum = 0;
    for (int i = 0; i < lengths.length; i++) {
      sum += lengths[i] + promptTokens[i];
    }
    return sum;
  }
}
