package io.vlmr1.optim;

import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Storage;
import io.vlmr1.nn.Storage.Piece;
import io.vlmr1.tensor.BoxedOperator;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * AdamW (Loshchilov and Hutter 2019) over the pieces that this process moves: one fused call for
 * the decayed ones, one for the rest.
 *
 * <p>Moments are float32 whatever the weights are; weights of another type have a float32 master,
 * which is updated and then rounded into them, so that steps smaller than half a unit in the last
 * place are not lost.
 */
public final class AdamW implements AutoCloseable {
  /** Elements that are widened to float32 at a time when gradients are of another type: 64 MiB. */
  private static final long CHUNK = 1L << 24;

  private static final String MEAN = "first_moment";
  private static final String SQUARE = "second_moment";
  private static final String MASTER = "master_weights";

  private final Storage storage;
  private final Settings settings;
  private final BoxedOperator fused = new BoxedOperator("aten::_fused_adamw_", "");
  private final Retained kept = new Retained();
  private final Tensor mean;
  private final Tensor square;
  private final @Nullable Tensor master;
  private final List<Moving> pieces = new ArrayList<>();
  private long steps;

  /**
   * What stays the same over a run.
   *
   * @param beta1 decay of the mean of gradients
   * @param beta2 decay of the mean of their squares
   * @param epsilon added to the root
   * @param weightDecay applied to decayed parameters only
   * @param maxGradientNorm gradients are scaled down to this norm; 0 = never
   */
  public record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {}

  /** A piece with its state: views, [elements] each. */
  private record Moving(Piece piece, Tensor target, Tensor mean, Tensor square) {

    private Moving narrow(long from, long length) {
      Piece part =
          new Piece(
              piece.owner(),
              piece.at() + from,
              piece.weights().narrow(0, from, length),
              piece.gradients().narrow(0, from, length),
              piece.decayed());
      return new Moving(
          part,
          target.narrow(0, from, length),
          mean.narrow(0, from, length),
          square.narrow(0, from, length));
    }
  }

  /** An optimizer that has made no step. */
  public AdamW(Parameters parameters, Settings settings) {
    this.storage = parameters.storage();
    this.settings = settings;
    boolean wide = storage.layout().weights() == Dtype.FLOAT32;
    try (Scope scope = Scope.open()) {
      mean = offered(MEAN);
      square = offered(SQUARE);
      master = wide ? null : offered(MASTER);
      for (Piece piece : storage.pieces()) {
        pieces.add(moving(piece));
      }
    }
  }

  private Tensor offered(String name) {
    Tensor state = kept.keep(Tensors.zeros(Dtype.FLOAT32, storage.elements()));
    storage.offer(name, state);
    return state;
  }

  private Moving moving(Piece piece) {
    long length = kept.keep(piece.weights()).numel();
    kept.keep(piece.gradients());
    Tensor target = piece.weights();
    if (master != null) {
      target = kept.keep(master.narrow(0, piece.at(), length));
      target.copy_(piece.weights());
    }
    return new Moving(
        piece,
        target,
        kept.keep(mean.narrow(0, piece.at(), length)),
        kept.keep(square.narrow(0, piece.at(), length)));
  }

  /**
   * Clips and updates the weights. Where they are spread, every process does it at the same time.
   *
   * @param learningRate of this step
   * @return the norm of all gradients before clipping
   */
  public double step(double learningRate) {
    try (Scope scope = Scope.open()) {
      double norm = gradientNorm();
      double factor = settings.maxGradientNorm() / (norm + 1e-6); // as torch's clip_grad_norm_
      boolean clip = settings.maxGradientNorm() > 0 && factor < 1;
      if (Double.isFinite(norm)) { // else the weights would be lost; the caller says so
        steps++;
        update(learningRate, clip ? factor : 1);
        storage.moved();
      }
      return norm;
    }
  }

  private double gradientNorm() {
    Map<Integer, Double> squares = new TreeMap<>();
    for (Moving moving : pieces) {
      Tensor gradients = moving.piece().gradients();
      long elements = gradients.numel();
      for (long from = 0; from < elements; from += CHUNK) {
        try (Scope chunk = Scope.open()) {
          Tensor part = gradients.narrow(0, from, Math.min(CHUNK, elements - from));
          double norm = part.to(torch.ScalarType.Float).norm().item_double();
          squares.merge(moving.piece().owner(), norm * norm, Double::sum);
        }
      }
    }
    return Math.sqrt(
        storage.total(squares.values().stream().mapToDouble(Double::doubleValue).toArray()));
  }

  private void update(double learningRate, double factor) {
    Tensor step = Tensors.number((double) steps);
    Tensor divisor = Tensors.ofFloats(new float[] {(float) (1 / factor)}, 1);
    for (boolean decayed : new boolean[] {true, false}) {
      Call call =
          new Call(
              learningRate,
              decayed ? settings.weightDecay() : 0,
              step,
              factor == 1 ? null : divisor);
      List<Moving> alike =
          pieces.stream().filter(each -> each.piece().decayed() == decayed).toList();
      if (master == null && storage.layout().gradients() == Dtype.FLOAT32) {
        update(alike, call);
      } else {
        alike.forEach(each -> inChunks(each, call));
      }
    }
  }

  /** What is widened for the update is widened a chunk at a time. */
  private void inChunks(Moving moving, Call call) {
    long elements = moving.target().numel();
    for (long from = 0; from < elements; from += CHUNK) {
      try (Scope chunk = Scope.open()) {
        Moving part = moving.narrow(from, Math.min(CHUNK, elements - from));
        update(List.of(part), call);
        if (master != null) {
          part.piece().weights().copy_(part.target());
        }
      }
    }
  }

  private record Call(double learningRate, double decay, Tensor step, @Nullable Tensor divisor) {}

  private void update(List<Moving> alike, Call call) {
    if (alike.isEmpty()) {
      return;
    }
    fused.call(
        alike.stream().map(Moving::target).toList(),
        alike.stream().map(each -> Tensors.float32(each.piece().gradients())).toList(),
        alike.stream().map(Moving::mean).toList(),
        alike.stream().map(Moving::square).toList(),
        List.of(),
        Collections.nCopies(alike.size(), call.step()),
        call.learningRate(),
        settings.beta1(),
        settings.beta2(),
        call.decay(),
        settings.epsilon(),
        false, // amsgrad
        false, // maximize
        call.divisor(),
        null);
  }

  /** How many steps were made. */
  public long steps() {
    return steps;
  }

  /**
   * What a resumed run needs, by name; live tensors, [elements] float32, owned by the optimizer:
   * its own part where weights are spread, {@link Storage#whole} knows the rest.
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put(MEAN, mean);
    state.put(SQUARE, square);
    if (master != null) {
      state.put(MASTER, master);
    }
    return state;
  }

  /** Memory of the state, in bytes. */
  public long bytes() {
    return state().values().stream().mapToLong(each -> each.numel() * Float.BYTES).sum();
  }

  /** Goes on after so many steps; the tensors of {@link #state()} were filled by the caller. */
  public void resume(long steps) {
    this.steps = steps;
  }

  @Override
  public void close() {
    kept.close();
  }
}
