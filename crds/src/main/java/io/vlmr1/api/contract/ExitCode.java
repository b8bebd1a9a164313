package io.vlmr1.api.contract;

import java.util.Arrays;
import java.util.Optional;

/** How a worker process ends, and whether starting it again can help. */
public enum ExitCode {
  OK(0, false, "All is done.", "Nothing."),
  INTERNAL(
      1,
      true,
      "An error that has no code of its own.",
      "Read the message; report it when it names a bug."),
  USAGE(
      2,
      false,
      "A wrong command line or environment.",
      "Correct the argument that the message names."),
  BAD_SPEC(
      10,
      false,
      "The GrpoJob cannot be run as it is written.",
      "Correct the fields that the message names."),
  BAD_DATA(
      11,
      false,
      "A data set is missing or has a bad line.",
      "Correct the file and line that the message names."),
  BAD_MODEL(
      12,
      false,
      "The model folder is missing, incomplete or does not fit.",
      "Correct the file that the message names."),
  BAD_CHECKPOINT(
      13,
      false,
      "A checkpoint cannot be read or is of another training.",
      "Remove the checkpoint that the message names, or use another output volume."),
  OUTPUT_VOLUME(
      14,
      false,
      "The output volume is full or cannot be written.",
      "Make room, or give a larger volume."),
  ADDRESS_IN_USE(15, true, "A port is taken.", "Free the port, or name another one."),
  OUT_OF_MEMORY(
      16,
      false,
      "Memory of the machine or of the device ran out.",
      "Give more memory, or a smaller batch, fewer pixels or shorter completions."),
  PEER_LOST(
      17,
      true,
      "Another process of the training is gone.",
      "Look at the process that failed first."),
  RENDEZVOUS_TIMEOUT(
      18,
      true,
      "The processes did not find each other in time.",
      "See that all workers run and that MASTER_ADDR resolves."),
  UNSUPPORTED_DEVICE(
      19,
      false,
      "The machine lacks what the spec asks for.",
      "Choose another precision, image or node."),
  SERVER_SILENT(
      20,
      false,
      "The inference server of an evaluation did not get ready, or stopped answering.",
      "Look at the log of the container server; give it more time, memory or another image."),
  TERMINATED(
      143,
      true,
      "Asked to stop by SIGTERM; a checkpoint was saved.",
      "Nothing: the next start goes on from there.");

  private final int code;
  private final boolean retryHelps;
  private final String meaning;
  private final String remedy;

  ExitCode(int code, boolean retryHelps, String meaning, String remedy) {
    this.code = code;
    this.retryHelps = retryHelps;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /** The number that the process ends with. */
  public int code() {
    return code;
  }

  /** Whether the same thing started again may end better. */
  public boolean retryHelps() {
    return retryHelps;
  }

  /** What happened, as a sentence. */
  public String meaning() {
    return meaning;
  }

  /** What to do, as a sentence. */
  public String remedy() {
    return remedy;
  }

  /** The meaning of a number; empty for one that is not of this contract (137, say: killed). */
  public static Optional<ExitCode> of(int code) {
    return Arrays.stream(values()).filter(known -> known.code == code).findFirst();
  }
}
