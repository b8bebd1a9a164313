package io.vlmr1.api.contract;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things lie in an output volume.
 *
 * @param root the volume's top
 */
public record OutputLayout(Path root) {
  private static final String CHECKPOINT = "checkpoint-";

  /** The GrpoJob as it is run. */
  public Path jobFile() {
    return root.resolve("grpojob.yaml");
  }

  /** Folder of all checkpoints. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /**
   * A whole checkpoint: Hugging Face folder, trainer_state.json, optimizer shards,
   * training_state.json.
   */
  public Path checkpoint(int step) {
    return checkpoints().resolve(CHECKPOINT + step);
  }

  /** A checkpoint that is being written; it is renamed when it is whole. */
  public Path partialCheckpoint(int step) {
    return checkpoints().resolve("." + CHECKPOINT + step + ".partial");
  }

  /** Names the checkpoint that was best in validation, with metric and value. */
  public Path best() {
    return checkpoints().resolve("best.json");
  }

  /** Hugging Face folder of the final weights. */
  public Path finalModel() {
    return root.resolve("final");
  }

  /** Whether training left its result there: a model, or an adapter. */
  public boolean isFinal() {
    return Files.exists(finalModel().resolve("config.json"))
        || Files.exists(finalModel().resolve("adapter_config.json"));
  }

  /** One JSON object a step. */
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /** One JSON object a completion: step, prompt, text, rewards with reasons, advantage. */
  public Path completions() {
    return root.resolve("completions.jsonl");
  }

  /** TensorBoard event files. */
  public Path tensorboard() {
    return root.resolve("tensorboard");
  }

  /** Where the usable rows of each data file stand, and by which checks; made again when absent. */
  public Path rowIndices() {
    return root.resolve("rows");
  }

  /** What the run was made of: settings, hashes of the data, versions, seeds. */
  public Path manifest() {
    return root.resolve("manifest.json");
  }

  /** The newest {@link Progress}. */
  public Path progress() {
    return root.resolve("progress.json");
  }

  /** Folder of all evaluations' results. */
  public Path evaluations() {
    return root.resolve("evaluations");
  }

  /** Result of one evaluation in VLM-R1's layout, with its metrics. */
  public Path evaluation(String name) {
    return evaluations().resolve(name + ".json");
  }

  /** The report to look at. */
  public Path report() {
    return root.resolve("report.html");
  }

  /** Final status of a local run. */
  public Path status() {
    return root.resolve("status.json");
  }
}
