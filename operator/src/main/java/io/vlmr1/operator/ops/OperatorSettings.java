package io.vlmr1.operator.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/**
 * All settings of the operator, as properties {@code vlmr1.…} or as environment {@code VLMR1_…}
 * (dots and dashes become underscores). The namespaces to watch are {@code vlmr1.watch-namespaces}:
 * absent, all of them; it is read where Quarkus' own setting of that name is made, in
 * application.properties.
 */
@ConfigMapping(prefix = "vlmr1")
public interface OperatorSettings {
  /** Namespaces to watch, comma-separated; absent: all. */
  Optional<String> watchNamespaces();

  /** The operator's own namespace: of its lease, and the only one whose pods may read progress. */
  Optional<String> namespace();

  /** Name of the operator's own pod, by which it holds its lease; absent outside of pods. */
  Optional<String> pod();

  /** Pods that are asked for and not made yet at the same time; more attempts wait in line. */
  @WithDefault("32")
  int startingPods();

  /** The worker pods. */
  Trainer trainer();

  /** What GrpoJobs may ask for beyond the restricted Pod Security Standard. */
  Policy policy();

  /** How rank 0 is asked how far it is. */
  Progress progress();

  /** Who reconciles when several operators run. */
  Lease lease();

  /** What worker pods have in common. */
  interface Trainer {
    /** Image of workers whose spec names none. */
    @WithDefault("vlm-r1/trainer:0.1.0")
    String image();

    /** Always, IfNotPresent or Never. */
    @WithDefault("IfNotPresent")
    String imagePullPolicy();

    /** Secrets, in the job's namespace, for the registry of the image. */
    Optional<List<String>> imagePullSecrets();

    /** Seconds from SIGTERM to SIGKILL: time to save a checkpoint. */
    @WithDefault("120")
    long terminationGraceSeconds();
  }

  /** What an administrator lets GrpoJobs ask for. */
  interface Policy {
    /** Service accounts that pods may bear besides the namespace's default; * is any. */
    Optional<List<String>> serviceAccounts();

    /** Folders of nodes, and what lies below, that pods may mount. */
    Optional<List<String>> hostPaths();

    /** Whether pods may use a node's network, processes and IPC. */
    @WithDefault("false")
    boolean hostNetwork();

    /** Whether containers may be privileged, add capabilities or run as root. */
    @WithDefault("false")
    boolean privileged();

    /** Secrets that pods may use; * is any of the job's namespace. */
    @WithDefault("*")
    List<String> secrets();

    /** Whether pods with Ascend devices get the node's driver mounted. */
    @WithDefault("false")
    boolean ascendDriver();
  }

  /** Polling of /progress. */
  interface Progress {
    /** Seconds between two questions to one job. */
    @WithDefault("5")
    int pollSeconds();

    /** Seconds until a question counts as unanswered. */
    @WithDefault("3")
    int timeoutSeconds();
  }

  /** Leader election. */
  interface Lease {
    /** Name of the Lease. */
    @WithDefault("vlm-r1-operator")
    String name();

    /** Seconds until others take a lease that is not renewed. */
    @WithDefault("15")
    int durationSeconds();

    /** Seconds after which an operator that could not renew its lease ends itself. */
    @WithDefault("10")
    int renewDeadlineSeconds();

    /** Seconds between two attempts to take or renew it. */
    @WithDefault("2")
    int retrySeconds();
  }
}
