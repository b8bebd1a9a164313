package io.vlmr1;

import io.vlmr1.model.DecodeSession;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.ModelFacts;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Storage;
import io.vlmr1.nn.WholeStorage;
import io.vlmr1.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A written fake of a model, as small as can be trained: the logits of the next token are a row
 * chosen by the last token, plus the mean of rows chosen by the prompt, plus a bias.
 */
public final class TinyModel implements VisionLanguageModel, Parameters {
  private final int vocabulary;
  private final Tensor weights;
  private final Tensor gradients;
  private final Storage storage;

  /** Token 0 ends a completion; token 1 is never sampled. */
  public TinyModel(int vocabulary, long seed) {
    this.vocabulary = vocabulary;
    Random random = new Random(seed);
    int elements = 2 * vocabulary * vocabulary + vocabulary;
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) random.nextGaussian();
    }
    weights = torch.zeros(elements);
    weights.data_ptr_float().put(values);
    weights.set_requires_grad(true);
    gradients = torch.zeros(elements);
    storage = new WholeStorage(weights, gradients, decayedElements());
  }

  @Override
  public ModelFacts facts() {
    return new ModelFacts("tiny", vocabulary, Set.of(0), 0, Set.of(1), 1000);
  }

  @Override
  public Parameters parameters() {
    return this;
  }

  @Override
  public DecodeSession decode(List<PreparedPrompt> prompts, int perPrompt, int maxNewTokens) {
    return new Session(prompts, perPrompt);
  }

  @Override
  public ForwardPass forward(Pack pack, double temperature, ForwardPass.Keep keep) {
    return new Pass(pack, temperature);
  }

  @Override
  public void close() {
    weights.close();
    gradients.close();
  }

  @Override
  public List<Parameter> all() {
    return List.of(
        new Parameter("rows", weights.narrow(0, 0, decayedElements()), true, true),
        new Parameter("bias", weights.narrow(0, decayedElements(), vocabulary), true, false));
  }

  @Override
  public Tensor flatWeights() {
    return weights;
  }

  @Override
  public Storage storage() {
    return storage;
  }

  private long decayedElements() {
    return 2L * vocabulary * vocabulary;
  }

  /** last [N], prompts one a token to [N, V]. */
  private Tensor logits(int[] last, List<int[]> prompts) {
    long square = (long) vocabulary * vocabulary;
    Tensor byLast = weights.narrow(0, 0, square).view(vocabulary, vocabulary);
    Tensor byPrompt = weights.narrow(0, square, square).view(vocabulary, vocabulary);
    Tensor bias = weights.narrow(0, 2 * square, vocabulary);
    TensorVector means = new TensorVector();
    for (int[] prompt : prompts) {
      means.push_back(byPrompt.index_select(0, ids(prompt)).mean(0));
    }
    return byLast.index_select(0, ids(last)).add(torch.stack(means)).add(bias);
  }

  private static Tensor ids(int[] ids) {
    return torch.tensor(Arrays.stream(ids).asLongStream().toArray());
  }

  private final class Session implements DecodeSession {
    private final List<int[]> prompts = new ArrayList<>();
    private int[] last;

    Session(List<PreparedPrompt> prepared, int perPrompt) {
      for (PreparedPrompt prompt : prepared) {
        IntStream.range(0, perPrompt).forEach(i -> prompts.add(prompt.ids()));
      }
      last = prompts.stream().mapToInt(ids -> ids[ids.length - 1]).toArray();
    }

    @Override
    public Tensor logits() {
      return Scope.keep(
          () -> {
            try (NoGradGuard guard = new NoGradGuard()) {
              return TinyModel.this.logits(last, prompts);
            }
          });
    }

    @Override
    public void advance(int[] tokens) {
      last = tokens.clone();
    }

    @Override
    public void retain(int[] rows) {
      List<int[]> kept = Arrays.stream(rows).mapToObj(prompts::get).toList();
      prompts.clear();
      prompts.addAll(kept);
    }

    @Override
    public void close() {}
  }

  private final class Pass implements ForwardPass {
    private final Tensor logProbabilities;
    private final Tensor entropies;

    Pass(Pack pack, double temperature) {
      List<int[]> prompts = new ArrayList<>();
      List<Integer> last = new ArrayList<>();
      List<Integer> targets = new ArrayList<>();
      for (Pack.Group group : pack.groups()) {
        int[] prompt = group.prompt().ids();
        for (int[] completion : group.completions()) {
          for (int t = 0; t < completion.length; t++) {
            prompts.add(prompt);
            last.add(t == 0 ? prompt[prompt.length - 1] : completion[t - 1]);
            targets.add(completion[t]);
          }
        }
      }
      try (Scope scope = Scope.open()) {
        Tensor logits = logits(ints(last), prompts).div(new Scalar(temperature));
        Tensor all = torch.log_softmax(logits, 1);
        Tensor chosen = all.gather(1, ids(ints(targets)).unsqueeze(1)).squeeze(1);
        logProbabilities = scope.release(chosen);
        entropies = scope.release(all.exp().mul(all).sum(1).neg().detach());
      }
    }

    private static int[] ints(List<Integer> values) {
      return values.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public Tensor logProbabilities() {
      return logProbabilities.detach();
    }

    @Override
    public Tensor entropies() {
      return entropies;
    }

    @Override
    public void backward(Tensor gradient) {
      try (Scope scope = Scope.open()) {
        TensorVector found =
            torch.grad(
                new TensorVector(logProbabilities),
                new TensorVector(weights),
                new TensorVector(gradient),
                new BoolOptional(),
                false,
                false);
        gradients.add_(found.get(0));
      }
    }

    @Override
    public void close() {
      logProbabilities.close();
      entropies.close();
    }
  }
}
