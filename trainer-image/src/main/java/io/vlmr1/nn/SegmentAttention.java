package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Rows attend to all rows of their own segment and to no other: windows or whole pictures of a
 * vision tower. Neighbouring segments of one length go through the kernel together.
 */
public final class SegmentAttention implements Attention {
  private final List<Run> runs = new ArrayList<>();

  /** Segments of one length, one after the other. */
  private record Run(long start, long count, long length) {
    long rows() {
      return count * length;
    }

    Tensor rowsOf(Tensor all) {
      return all.narrow(0, start, rows());
    }

    Tensor batchOf(Tensor all) {
      return rowsOf(all).unflatten(0, count, length);
    }
  }

  /** Segments end to end. */
  public SegmentAttention(int... lengths) {
    long start = 0;
    for (int first = 0; first < lengths.length; ) {
      int end = first;
      while (end < lengths.length && lengths[end] == lengths[first]) {
        end++;
      }
      Run run = new Run(start, end - first, lengths[first]);
      runs.add(run);
      start += run.rows();
      first = end;
    }
  }

  @Override
  public Attended attend(Heads heads) {
    List<Tensor> logSums = new ArrayList<>();
    List<Tensor> outputs = new ArrayList<>();
    for (Run run : runs) {
      FlashAttention.Result result = FlashAttention.forward(heads.each(run::batchOf), false);
      outputs.add(result.output().flatten(0, 1));
      logSums.add(result.logSum());
    }
    if (outputs.size() == 1) {
      return new Attended(outputs.get(0), logSums);
    }
    Tensor output = Tensors.empty(Dtype.FLOAT32, Tensors.shape(heads.query()));
    for (int i = 0; i < runs.size(); i++) {
      runs.get(i).rowsOf(output).copy_(outputs.get(i));
    }
    return new Attended(output, logSums);
  }

  @Override
  public void backward(Heads heads, Attended attended, Tensor outer, Heads gradient) {
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      FlashAttention.Result result =
          new FlashAttention.Result(run.batchOf(attended.output()), attended.logSums().get(i));
      Heads found =
          FlashAttention.backward(heads.each(run::batchOf), result, run.batchOf(outer), false);
      gradient.each(run::rowsOf).set(found.each(tensor -> tensor.flatten(0, 1)));
    }
  }
}
