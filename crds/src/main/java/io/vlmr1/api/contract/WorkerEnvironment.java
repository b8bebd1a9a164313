package io.vlmr1.api.contract;

import java.util.Map;

/**
 * Environment variables of a worker process. Rendezvous ones bear torchrun's names, so that an
 * image with another engine may take the worker's place.
 */
public final class WorkerEnvironment {
  /** Host name of the process with rank 0. */
  public static final String MASTER_ADDR = "MASTER_ADDR";

  /** Port of the rendezvous store on rank 0. */
  public static final String MASTER_PORT = "MASTER_PORT";

  /** Processes of the training in all. */
  public static final String WORLD_SIZE = "WORLD_SIZE";

  /** Index of the pod, from 0. */
  public static final String NODE_RANK = "NODE_RANK";

  /** Processes in each pod. */
  public static final String NPROC_PER_NODE = "NPROC_PER_NODE";

  /** Index of the process in its pod, from 0; absent: 0. */
  public static final String LOCAL_RANK = "LOCAL_RANK";

  /** Index of the process in all; absent: NODE_RANK * NPROC_PER_NODE + LOCAL_RANK. */
  public static final String RANK = "RANK";

  /** The GrpoJob as a file. */
  public static final String JOB_FILE = "VLMR1_JOB_FILE";

  /** The data root: relative paths of the spec start here. */
  public static final String DATA_DIR = "VLMR1_DATA_DIR";

  /** The output volume; {@link OutputLayout} says what lies in it. */
  public static final String OUTPUT_DIR = "VLMR1_OUTPUT_DIR";

  /** Number of the attempt, from 1. */
  public static final String ATTEMPT = "VLMR1_ATTEMPT";

  /** Rank 0 answers GET /progress (JSON), /metrics (Prometheus) and /healthz on this port. */
  public static final String PROGRESS_PORT = "VLMR1_PROGRESS_PORT";

  /** {@link #ROLE_TRAIN} or {@link #ROLE_EVALUATE}. */
  public static final String ROLE = "VLMR1_ROLE";

  /** Name of the evaluation to run; only with {@link #ROLE_EVALUATE}. */
  public static final String EVALUATION = "VLMR1_EVALUATION";

  /** Folder name of the checkpoint to evaluate; absent: the final model. */
  public static final String CHECKPOINT = "VLMR1_CHECKPOINT";

  /**
   * Where the inference server of an evaluation answers, up to and with /v1; absent: there is none.
   */
  public static final String SERVER = "VLMR1_SERVER";

  /**
   * Where the process computes: {@code cpu}, {@code cuda} (the GPU of its local rank) or {@code
   * cuda:1}; absent: a GPU if libtorch sees one.
   */
  public static final String DEVICE = "VLMR1_DEVICE";

  /** File that takes the {@link TerminationMessage}. */
  public static final String TERMINATION_LOG = "VLMR1_TERMINATION_LOG";

  public static final String ROLE_TRAIN = "train";
  public static final String ROLE_EVALUATE = "evaluate";

  public static final int DEFAULT_MASTER_PORT = 29500;
  public static final int DEFAULT_PROGRESS_PORT = 8080;
  public static final int DEFAULT_SERVER_PORT = 8000;
  public static final String DEFAULT_JOB_FILE = "/etc/vlmr1/grpojob.yaml";
  public static final String DEFAULT_DATA_DIR = "/data";
  public static final String DEFAULT_OUTPUT_DIR = "/output";
  public static final String DEFAULT_TERMINATION_LOG = "/dev/termination-log";

  private WorkerEnvironment() {}

  /**
   * A whole number that a variable holds.
   *
   * @param absent what counts when the variable is absent or blank
   * @throws VlmR1Exception USAGE, naming the variable
   */
  public static int number(Map<String, String> environment, String name, int absent) {
    String text = environment.getOrDefault(name, "").strip();
    try {
      return text.isEmpty() ? absent : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new VlmR1Exception(
          ExitCode.USAGE, name + "=\"" + text + "\" is no whole number; set it to one", e);
    }
  }
}
