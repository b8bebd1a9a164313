package io.vlmr1.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.weights.Content;
import io.vlmr1.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The checkpoints of an output volume: each whole or absent, the newest ones kept. */
public final class Checkpoints {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "checkpoint-";

  private final OutputLayout output;
  private final Policy policy;

  /**
   * What makes checkpoints of one training alike.
   *
   * @param keep newest ones that stay
   * @param weightsOnly leave the optimizer's state out
   * @param worldSize processes of the training
   * @param job {@link SameJob#parts}
   * @param evaluated what evaluations of every checkpoint say about them
   */
  public record Policy(
      int keep, boolean weightsOnly, int worldSize, JsonNode job, Evaluated evaluated) {}

  /** Writes a model's files into a folder. */
  public interface ModelFiles {
    /** Writes config, weights and companions. */
    void write(Path folder) throws IOException;
  }

  /**
   * What is saved.
   *
   * @param step optimizer steps done
   * @param tokens seen so far
   * @param optimizerSteps as the optimizer counts them
   * @param optimizer its tensors by name
   * @param trainerState trainer_state.json, for tools that read Hugging Face's
   */
  public record Contents(
      long step,
      long tokens,
      long optimizerSteps,
      Map<String, Content> optimizer,
      Map<String, Object> trainerState) {}

  /** The checkpoints of a volume. */
  public Checkpoints(OutputLayout output, Policy policy) {
    this.output = output;
    this.policy = policy;
  }

  /**
   * The newest whole checkpoint.
   *
   * @throws VlmR1Exception BAD_CHECKPOINT when it is broken or of another training
   */
  public Optional<Checkpoint> newest() {
    List<Integer> steps = steps();
    return steps.isEmpty() ? Optional.empty() : Optional.of(open(steps.get(0)));
  }

  /** Steps of the checkpoints that are there, newest first. */
  private List<Integer> steps() {
    if (!Files.isDirectory(output.checkpoints())) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(output.checkpoints())) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.matches(PREFIX + "[0-9]{1,9}"))
          .map(name -> Integer.valueOf(name.substring(PREFIX.length())))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw unwritable(output.checkpoints(), e);
    }
  }

  private Checkpoint open(int step) {
    Path folder = output.checkpoint(step);
    TrainingState state = read(folder);
    state
        .files()
        .forEach(
            (name, bytes) -> {
              long found = folder.resolve(name).toFile().length();
              if (found != bytes) {
                throw bad(folder, name + " has " + found + " bytes of " + bytes);
              }
            });
    if (state.worldSize() != policy.worldSize()) {
      throw new VlmR1Exception(
          ExitCode.BAD_CHECKPOINT,
          "%s was made by %d processes and this run has %d; start as many (spec.workers), or use another output volume"
              .formatted(folder, state.worldSize(), policy.worldSize()));
    }
    SameJob.difference(state.job(), policy.job())
        .ifPresent(
            difference -> {
              throw new VlmR1Exception(
                  ExitCode.BAD_CHECKPOINT,
                  folder
                      + " is of another training: "
                      + difference
                      + "; restore the spec, or use another output volume");
            });
    if (state.weightsOnly()) {
      throw bad(folder, "it holds weights only (spec.checkpoints.weightsOnly)");
    }
    return new Checkpoint(folder, state);
  }

  private TrainingState read(Path folder) {
    Path file = folder.resolve(Checkpoint.STATE);
    try {
      return JSON.readValue(file.toFile(), TrainingState.class);
    } catch (IOException e) {
      throw bad(folder, Checkpoint.STATE + " cannot be read");
    }
  }

  private VlmR1Exception bad(Path folder, String what) {
    List<Integer> steps = steps();
    String next = steps.size() > 1 ? "go on from " + PREFIX + steps.get(1) : "start over";
    return new VlmR1Exception(
        ExitCode.BAD_CHECKPOINT,
        folder + ": " + what + "; training cannot go on from it: remove this folder to " + next);
  }

  /**
   * Saves one and removes those that are too old. Nothing half-written is left.
   *
   * @return its folder
   * @throws VlmR1Exception OUTPUT_VOLUME when the volume is full or cannot be written
   */
  public Path save(ModelFiles model, Contents contents) {
    int step = Math.toIntExact(contents.step());
    Path partial = output.partialCheckpoint(step);
    Path whole = output.checkpoint(step);
    try {
      try {
        Disk.delete(partial);
        Files.createDirectories(partial);
        model.write(partial);
        write(partial, contents);
        policy.evaluated().forget(output, step);
        Disk.publish(partial, whole);
      } finally {
        Disk.delete(partial);
      }
      prune();
      return whole;
    } catch (IOException e) {
      throw unwritable(whole, e);
    }
  }

  private void write(Path partial, Contents contents) throws IOException {
    if (!policy.weightsOnly()) {
      SafetensorsWriter.writeContents(
          partial.resolve(Checkpoint.OPTIMIZER), contents.optimizer(), Map.of());
    }
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(partial.resolve(Checkpoint.TRAINER_STATE).toFile(), contents.trainerState());
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (Path file : Disk.files(partial)) {
      sizes.put(file.getFileName().toString(), Files.size(file));
    }
    TrainingState state =
        new TrainingState(
            contents.step(),
            contents.tokens(),
            contents.optimizerSteps(),
            policy.worldSize(),
            policy.weightsOnly(),
            policy.job(),
            sizes);
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(partial.resolve(Checkpoint.STATE).toFile(), state);
  }

  /**
   * The checkpoint of a step is the best so far: it stays until another one is, and `best.json`
   * names it.
   *
   * @param facts what it is best in
   */
  public void best(long step, Map<String, Object> facts) {
    Map<String, Object> best = new LinkedHashMap<>();
    best.put("checkpoint", PREFIX + step);
    best.put("step", step);
    best.putAll(facts);
    Path partial = output.checkpoints().resolve(".best.json.partial");
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(partial.toFile(), best);
      Files.move(
          partial,
          output.best(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      prune();
    } catch (IOException e) {
      throw unwritable(output.best(), e);
    }
  }

  /** The step that best.json names; -1 without one. */
  private int bestStep() throws IOException {
    return Files.exists(output.best())
        ? JSON.readTree(output.best().toFile()).path("step").asInt(-1)
        : -1;
  }

  /**
   * Removes all but the newest, the best ones and a few that wait for an evaluation, and what
   * earlier processes left half-written.
   */
  private void prune() throws IOException {
    List<Integer> steps = steps();
    int validated = bestStep();
    int evaluated = policy.evaluated().best(output, steps).orElse(-1);
    int waiting = 0;
    for (int step : steps.subList(Math.min(policy.keep(), steps.size()), steps.size())) {
      if (step == validated || step == evaluated) {
        continue;
      }
      if (waiting < OutputLayout.MOST_WAITING && policy.evaluated().waits(output, step)) {
        waiting++;
        continue;
      }
      Disk.delete(output.checkpoint(step));
    }
    try (Stream<Path> folders = Files.list(output.checkpoints())) {
      for (Path folder : folders.filter(this::partial).toList()) {
        Disk.delete(folder);
      }
    }
  }

  private boolean partial(Path folder) {
    return folder.getFileName().toString().endsWith(".partial");
  }

  /**
   * Gives the weights of a step's checkpoint as the final model, without a second copy where links
   * work.
   */
  public void finish(long step) {
    Path from = output.checkpoint(Math.toIntExact(step));
    Path partial = output.root().resolve(".final.partial");
    try {
      try {
        Disk.delete(partial);
        Files.createDirectories(partial);
        for (Path file : Disk.files(from)) {
          if (isModelFile(file.getFileName().toString())) {
            linkOrCopy(file, partial.resolve(file.getFileName()));
          }
        }
        Disk.publish(partial, output.finalModel());
      } finally {
        Disk.delete(partial);
      }
    } catch (IOException e) {
      throw unwritable(output.finalModel(), e);
    }
  }

  private static boolean isModelFile(String name) {
    return !name.equals(Checkpoint.STATE)
        && !name.equals(Checkpoint.TRAINER_STATE)
        && !name.equals(Checkpoint.OPTIMIZER);
  }

  private static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(from, to);
    }
  }

  private static VlmR1Exception unwritable(Path path, IOException e) {
    return new VlmR1Exception(
        ExitCode.OUTPUT_VOLUME,
        path + ": cannot be written (" + e + "); give the output volume space and write permission",
        e);
  }
}
