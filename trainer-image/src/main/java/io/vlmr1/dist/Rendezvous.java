package io.vlmr1.dist;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.contract.WorkerEnvironment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where the ranks meet and who this process is.
 *
 * @param host where rank 0 listens
 * @param port on which it does
 * @param rank of this process: 0 to size - 1
 * @param size processes in all
 * @param timeout for the others to come
 * @param networkInterface to talk over, such as `eth1`; empty = the one that leads to rank 0
 */
public record Rendezvous(
    String host,
    int port,
    int rank,
    int size,
    Duration timeout,
    Optional<String> networkInterface) {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /**
   * As the environment of a worker process says; all defaults together are one process alone.
   *
   * @throws VlmR1Exception USAGE, naming the variable that is wrong
   */
  public static Rendezvous of(Map<String, String> environment) {
    int size = WorkerEnvironment.number(environment, WorkerEnvironment.WORLD_SIZE, 1);
    int node = WorkerEnvironment.number(environment, WorkerEnvironment.NODE_RANK, 0);
    int perNode = WorkerEnvironment.number(environment, WorkerEnvironment.NPROC_PER_NODE, 1);
    int local = WorkerEnvironment.number(environment, WorkerEnvironment.LOCAL_RANK, 0);
    int rank =
        WorkerEnvironment.number(environment, WorkerEnvironment.RANK, node * perNode + local);
    if (size < 1 || rank < 0 || rank >= size) {
      throw new VlmR1Exception(
          ExitCode.USAGE,
          WorkerEnvironment.RANK
              + "="
              + rank
              + " (or NODE_RANK * NPROC_PER_NODE + LOCAL_RANK) is not below "
              + WorkerEnvironment.WORLD_SIZE
              + "="
              + size
              + "; number the processes from 0");
    }
    return new Rendezvous(
        environment.getOrDefault(WorkerEnvironment.MASTER_ADDR, "127.0.0.1"),
        WorkerEnvironment.number(
            environment, WorkerEnvironment.MASTER_PORT, WorkerEnvironment.DEFAULT_MASTER_PORT),
        rank,
        size,
        PATIENCE,
        Optional.ofNullable(environment.get("GLOO_SOCKET_IFNAME")));
  }

  /** Meets the others; alone there is nobody to meet. */
  public Ranks meet() {
    return size == 1 ? new SingleRank() : GlooRanks.meet(this);
  }
}
