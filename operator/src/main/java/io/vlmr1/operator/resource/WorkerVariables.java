package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.Engine;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The environment of a worker: the contract's, and what the spec adds. */
final class WorkerVariables {
  /** Names that the operator sets, whatever a template says. */
  static final Set<String> OWN =
      Set.of(
          WorkerEnvironment.MASTER_ADDR,
          WorkerEnvironment.MASTER_PORT,
          WorkerEnvironment.WORLD_SIZE,
          WorkerEnvironment.NODE_RANK,
          WorkerEnvironment.NPROC_PER_NODE,
          WorkerEnvironment.LOCAL_RANK,
          WorkerEnvironment.RANK);

  private WorkerVariables() {}

  /** Of every worker of an attempt; the Job controller's index of the pod is its rank. */
  static List<EnvVar> ofAttempt(GrpoJob owner, int attempt) {
    Map<String, EnvVar> all = common(owner, WorkerEnvironment.ROLE_TRAIN);
    put(all, WorkerEnvironment.MASTER_ADDR, Names.master(owner, attempt));
    put(all, WorkerEnvironment.WORLD_SIZE, Integer.toString(owner.getSpec().worldSize()));
    put(
        all,
        WorkerEnvironment.NPROC_PER_NODE,
        owner.getSpec().workers().processesPerWorker().toString());
    all.put(WorkerEnvironment.NODE_RANK, index());
    put(all, WorkerEnvironment.ATTEMPT, Integer.toString(attempt));
    return ordered(all);
  }

  /** Of the only process of an evaluation of a checkpoint, or of the final model. */
  static List<EnvVar> ofEvaluation(GrpoJob owner, Evaluation evaluation, String checkpoint) {
    Map<String, EnvVar> all = common(owner, WorkerEnvironment.ROLE_EVALUATE);
    put(all, WorkerEnvironment.MASTER_ADDR, "127.0.0.1");
    put(all, WorkerEnvironment.WORLD_SIZE, "1");
    put(all, WorkerEnvironment.NPROC_PER_NODE, "1");
    put(all, WorkerEnvironment.NODE_RANK, "0");
    put(all, WorkerEnvironment.EVALUATION, evaluation.name());
    if (!checkpoint.equals(OutputLayout.FINAL)) {
      put(all, WorkerEnvironment.CHECKPOINT, checkpoint);
    }
    if (evaluation.engine() != Engine.OWN) {
      put(
          all,
          WorkerEnvironment.SERVER,
          "http://127.0.0.1:" + WorkerEnvironment.DEFAULT_SERVER_PORT + "/v1");
    }
    return ordered(all);
  }

  /** The user's first, so that the contract's win. */
  private static Map<String, EnvVar> common(GrpoJob owner, String role) {
    Map<String, EnvVar> all = new LinkedHashMap<>();
    if (Ascend.isAskedFor(owner.getSpec().workers().device())) {
      Ascend.environment().forEach(variable -> all.put(variable.getName(), variable));
    }
    owner.getSpec().workers().env().forEach(own -> all.put(own.getName(), own));
    put(all, WorkerEnvironment.ROLE, role);
    put(all, WorkerEnvironment.JOB_FILE, WorkerEnvironment.DEFAULT_JOB_FILE);
    put(all, WorkerEnvironment.DATA_DIR, WorkerEnvironment.DEFAULT_DATA_DIR);
    put(all, WorkerEnvironment.OUTPUT_DIR, WorkerEnvironment.DEFAULT_OUTPUT_DIR);
    put(
        all,
        WorkerEnvironment.MASTER_PORT,
        Integer.toString(WorkerEnvironment.DEFAULT_MASTER_PORT));
    put(
        all,
        WorkerEnvironment.PROGRESS_PORT,
        Integer.toString(WorkerEnvironment.DEFAULT_PROGRESS_PORT));
    put(all, WorkerEnvironment.TERMINATION_LOG, WorkerEnvironment.DEFAULT_TERMINATION_LOG);
    Integer threads = owner.getSpec().training().threadsPerProcess();
    if (threads != null) {
      put(all, "OMP_NUM_THREADS", threads.toString());
    }
    return all;
  }

  private static void put(Map<String, EnvVar> all, String name, String value) {
    all.put(name, new EnvVarBuilder().withName(name).withValue(value).build());
  }

  private static EnvVar index() {
    return new EnvVarBuilder()
        .withName(WorkerEnvironment.NODE_RANK)
        .withNewValueFrom()
        .withNewFieldRef()
        .withApiVersion("v1")
        .withFieldPath("metadata.annotations['" + Labels.INDEX + "']")
        .endFieldRef()
        .endValueFrom()
        .build();
  }

  private static List<EnvVar> ordered(Map<String, EnvVar> all) {
    return new ArrayList<>(all.values());
  }
}
