package io.vlmr1.api.contract;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where things lie in an output volume.
 *
 * @param root the volume's top
 */
public record OutputLayout(Path root) {
  /** Name of the final model, where a checkpoint's name could stand. */
  public static final String FINAL = "final";

  /**
   * Checkpoints besides the newest ones that wait for their evaluation: older ones are deleted
   * unseen, and not evaluated any more.
   */
  public static final int MOST_WAITING = 4;

  private static final String CHECKPOINT = "checkpoint-";
  private static final Pattern NAME = Pattern.compile(CHECKPOINT + "(0|[1-9][0-9]{0,8})");

  /** The step of a checkpoint's folder name; empty for any other name. */
  public static OptionalInt step(@Nullable String name) {
    Matcher matcher = NAME.matcher(name == null ? "" : name);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

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

  /** The folder of a checkpoint by its name, or of {@link #FINAL}. */
  public Path model(String name) {
    return name.equals(FINAL) ? finalModel() : checkpoints().resolve(name);
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
    return root.resolve(FINAL);
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

  /** Result of an evaluation of a checkpoint, or of {@link #FINAL}. */
  public Path evaluation(String name, String checkpoint) {
    return checkpoint.equals(FINAL)
        ? evaluation(name)
        : evaluations().resolve(name).resolve(checkpoint + ".json");
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
