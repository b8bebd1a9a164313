package io.vlmr1.sft;

import io.vlmr1.data.Row;
import io.vlmr1.grpo.HeldOut;
import io.vlmr1.grpo.PromptFeed;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The loss on held-out rows: eval/loss, the mean of -log p over their target tokens. */
public final class LossValidation implements HeldOut {
  private final SftStep.Parts parts;
  private final List<Row> rows;
  private final PromptFeed.Maker maker;

  /** Of these rows, with the model, targets and packing of a training. */
  public LossValidation(SftStep.Parts parts, List<Row> rows, PromptFeed.Maker maker) {
    this.parts = parts;
    this.rows = rows;
    this.maker = maker;
  }

  @Override
  public Map<String, Double> measure() {
    Means means = new Means();
    means.add("eval/loss", 0, 0);
    int together = Math.max(1, Math.min(16, parts.packing().rows()));
    List<Row> batch = new ArrayList<>();
    for (int i = parts.ranks().rank(); i < rows.size(); i += parts.ranks().size()) {
      batch.add(rows.get(i));
      if (batch.size() == together) {
        add(batch, means);
        batch.clear();
      }
    }
    add(batch, means);
    Map<String, Double> measured = means.over(parts.ranks());
    measured.put("eval/rows", (double) rows.size());
    return measured;
  }

  private void add(List<Row> batch, Means means) {
    List<PreparedPrompt> prompts = new ArrayList<>();
    try {
      List<Pack.Group> groups = new ArrayList<>();
      for (Row row : batch) {
        PreparedPrompt prompt = maker.make(row);
        prompts.add(prompt);
        groups.add(new Pack.Group(prompt, List.of(parts.targets().of(row))));
      }
      for (Pack pack : parts.packing().packs(groups)) {
        try (ForwardPass pass = parts.model().forward(pack, 1, ForwardPass.Keep.NOTHING)) {
          for (float value : Tensors.toFloats(pass.logProbabilities())) {
            means.add("eval/loss", -value, 1);
          }
        }
      }
    } finally {
      prompts.forEach(PreparedPrompt::close);
    }
  }
}
