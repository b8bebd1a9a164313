package io.vlmr1.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.nn.Tuning;
import io.vlmr1.plan.Alternatives.Alternative;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans by hand-made rates: what must hold whatever a machine measures. */
class PlanTest {
  private static final Rates RATES =
      new Rates(1e11, 5e10, 1e10, 1e9, 1e10, 2e-6, 1e9, Rates.Layer.AS_COUNTED);
  private static final long RUNTIME = 300L << 20;

  private static Workload work(int processes, int stage) {
    Path folder = ReferenceFolder.path("models/" + ReferenceFolder.models("qwen2_5_vl").get(0));
    ModelSizes model =
        ModelSizes.of(
            ModelLoader.blueprint(folder),
            HuggingFaceFolder.config(folder),
            Tuning.ALL,
            Dtype.FLOAT32,
            Dtype.FLOAT32);
    return new Workload(
        model,
        new Workload.Batch(4, 1, new Workload.Prompt(300, 1, 800, 200, 1176), 8, 100),
        new Workload.Method(true, true, 0, 1, false, Long.MAX_VALUE),
        new Workload.Spread(processes, stage));
  }

  private static Plan plan(Workload work) {
    return Plan.of(work, RATES, RUNTIME);
  }

  @Test
  void gradientsAndMomentsAreThreeTimesTheWeightsInFloat32() {
    MemoryPlan memory = plan(work(1, 0)).memory();
    assertThat(memory.weights()).isEqualTo(4 * work(1, 0).model().weights());
    assertThat(memory.gradients()).isEqualTo(memory.weights());
    assertThat(memory.optimizer()).isEqualTo(2 * memory.weights());
  }

  @Test
  void eachStageOfZeroCutsOneMorePartByTheNumberOfProcesses() {
    MemoryPlan none = plan(work(4, 0)).memory();
    MemoryPlan first = plan(work(4, 1)).memory();
    MemoryPlan second = plan(work(4, 2)).memory();
    MemoryPlan third = plan(work(4, 3)).memory();
    assertThat(first.optimizer()).isEqualTo(none.optimizer() / 4);
    assertThat(first.gradients()).isEqualTo(none.gradients());
    assertThat(second.gradients()).isEqualTo(none.gradients() / 4);
    assertThat(second.weights()).isEqualTo(none.weights());
    assertThat(third.weights()).isEqualTo(none.weights() / 4);
  }

  @Test
  void computingAgainTakesLessMemoryAndMoreTime() {
    Plan all = plan(work(1, 0));
    Plan none = plan(work(1, 0).keeping(0));
    assertThat(none.memory().updating()).isLessThan(all.memory().updating());
    assertThat(none.time().phases().get("backward"))
        .isGreaterThan(all.time().phases().get("backward"));
    assertThat(none.time().phases().get("decode")).isEqualTo(all.time().phases().get("decode"));
  }

  @Test
  void whatALayerTakesCountsForEveryLayerAndNotForTheHead() {
    Workload work = work(1, 0);
    Workload headless = work.with(work.model().withoutHead());
    Rates slower = RATES.with(new Rates.Layer(2, 3, 0.001));
    double layers = seconds("forward", headless, RATES);
    assertThat(seconds("forward", headless, slower)).isEqualTo(2 * layers, within(1e-9));
    double head = seconds("forward", work, RATES) - layers;
    assertThat(seconds("forward", work, slower)).isEqualTo(2 * layers + head, within(1e-9));
    double tokens = work.batch().completion() * work.model().layers();
    assertThat(seconds("decode", work, slower))
        .isEqualTo(seconds("decode", work, RATES) + tokens * 0.001, within(1e-9));
  }

  private static double seconds(String phase, Workload work, Rates rates) {
    return StepTime.of(work, rates).phases().getOrDefault(phase, 0.0);
  }

  @Test
  void aLayerIsRunAsTheJobTrainsIt() {
    Workload work = work(1, 0);
    ModelSizes whole = work.model();
    ModelSizes.Training pairs = new ModelSizes.Training(Dtype.FLOAT32, Dtype.FLOAT32, false, true);
    Workload adapted = work.with(whole.with(whole.weights(), whole.pairs(4), pairs));
    ModelSizes.Training narrow =
        new ModelSizes.Training(Dtype.BFLOAT16, Dtype.FLOAT32, true, false);
    Workload inBfloat16 = work.with(whole.with(whole.weights(), whole.trained(), narrow));
    for (Workload each : List.of(work, work.keeping(0), adapted, inBfloat16)) {
      Rates.Layer layer = layer(each);
      assertThat(layer.forward()).isPositive().isFinite();
      assertThat(layer.backward()).isPositive().isFinite();
      assertThat(layer.token()).isNotNegative().isFinite();
    }
    Workload.Method given = new Workload.Method(false, true, 0, 1, false, 0);
    Workload taught = new Workload(whole, work.batch(), given, work.spread());
    assertThat(layer(taught).token()).as("nothing is decoded").isZero();
    Workload.Method asked = new Workload.Method(true, false, 0, 1, false, 0);
    Workload answering = new Workload(whole, work.batch(), asked, work.spread());
    assertThat(layer(answering).backward()).as("nothing is learned").isEqualTo(1);
  }

  private static Rates.Layer layer(Workload work) {
    try (LayerProbe probe = new LayerProbe(work)) {
      return probe.measure(RATES);
    }
  }

  @Test
  void keptActivationsStayWithinTheirBudget() {
    long inputs = plan(work(1, 0).keeping(0)).memory().update().getOrDefault("activations", 0L);
    for (int more = 0; more < 40; more++) {
      long budget = inputs + ((long) more << 20);
      MemoryPlan.Kept kept = MemoryPlan.Kept.of(work(1, 0).keeping(budget));
      assertThat(kept.bytes() + kept.probabilities()).isLessThanOrEqualTo(budget);
    }
  }

  /** One token, one row, one layer's products counted by hand. */
  @Test
  void countsTwoOperationsANumberAndRow() {
    Workload work = work(1, 0);
    ModelSizes model = work.model();
    double decoded = Flops.decoding(work).products();
    double numbers = model.layers() * (double) ModelSizes.products(model.language()) + model.head();
    assertThat(decoded).isEqualTo(2 * 4 * 8 * 100 * numbers);
  }

  @Test
  void anUpdateIsThreeTimesItsForwardPassWhereAllTrains() {
    Workload work = work(1, 0);
    double forward = Flops.vision(work).plus(Flops.forward(work)).products();
    assertThat(Flops.update(work).products()).isCloseTo(3 * forward, within(1e-6 * forward));
  }

  @Test
  void suggestsWhatLearnsTheSameAndIsFastestOfWhatFits() {
    Plan asked = plan(work(2, 0));
    long limit = asked.memory().peak() - (1 << 20);
    Alternatives alternatives = new Alternatives(asked, RATES, limit);
    Alternative best = alternatives.suggestion().orElseThrow();
    assertThat(best.fits()).isTrue();
    assertThat(best.exact()).isTrue();
    assertThat(best.plan().memory().peak()).isLessThanOrEqualTo(limit);
    List<Alternative> others =
        alternatives.all().stream().filter(each -> each.fits() && each.exact()).toList();
    assertThat(others)
        .allSatisfy(
            each ->
                assertThat(each.plan().time().seconds())
                    .isGreaterThanOrEqualTo(best.plan().time().seconds()));
  }

  @Test
  void saysSoWhereNothingFits() {
    Alternatives alternatives = new Alternatives(plan(work(1, 0)), RATES, RUNTIME);
    assertThat(alternatives.suggestion()).isEmpty();
    assertThat(alternatives.all()).noneMatch(Alternative::fits);
  }

  @Test
  void leavesWhatFitsAsItIs() {
    Plan asked = plan(work(1, 0));
    Alternatives alternatives = new Alternatives(asked, RATES, asked.memory().peak());
    assertThat(alternatives.suggestion().orElseThrow().settings()).isEqualTo(Alternatives.AS_SET);
  }
}
