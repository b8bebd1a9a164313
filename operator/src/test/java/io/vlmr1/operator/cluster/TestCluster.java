package io.vlmr1.operator.cluster;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that the tests run on.
 *
 * <p>KUBECONFIG (or {@code -Dcluster.kubeconfig}) names an existing one; its nodes must be able to
 * get the images {@code -Dtrainer.image} and {@code -Doperator.image}. Else one of its own is
 * started by the programs of {@code -Dcluster.dir}, and stopped at the end.
 */
final class TestCluster implements AutoCloseable {
  private final Path kubeconfig;
  private final KubernetesClient client;

  /** Of a cluster that was started here, else null. */
  private final @Nullable Path home;

  private TestCluster(Path kubeconfig, @Nullable Path home) {
    this.kubeconfig = kubeconfig;
    this.home = home;
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
            .build();
  }

  /** Empty, with the reason said, where there is no cluster and none can be started. */
  static Optional<TestCluster> open() {
    String given = System.getProperty("cluster.kubeconfig", "");
    if (given.isEmpty()) {
      given = Optional.ofNullable(System.getenv("KUBECONFIG")).orElse("");
    }
    if (!given.isEmpty()) {
      say("using the cluster of " + given);
      return Optional.of(new TestCluster(Path.of(given), null));
    }
    Path programs = scripts();
    if (!Files.isExecutable(programs.resolve("up"))) {
      return none("KUBECONFIG names no cluster and there are no programs for one in " + programs);
    }
    return start();
  }

  private static Optional<TestCluster> start() {
    try {
      // below /tmp: the path of a socket has at most 107 characters
      Path home = Files.createTempDirectory("vlmr1-cluster");
      Program.Answer answer =
          new Program(scripts().resolve("up")).attempt("", "--kubelet", "--dir", home.toString());
      if (answer.code() != 0) {
        return none("the cluster of " + scripts() + " does not start: " + answer.errors());
      }
      say(answer.errors().strip());
      TestCluster cluster = new TestCluster(home.resolve("kubeconfig"), home);
      Runtime.getRuntime().addShutdownHook(new Thread(cluster::stop)); // also after Ctrl-C
      return Optional.of(cluster);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<TestCluster> none(String why) {
    String message =
        "THE CLUSTER TESTS DID NOT RUN: " + why + "; see docs/images.md on how to give them one";
    say(message);
    if (Boolean.getBoolean("cluster.required")) {
      throw new IllegalStateException(message);
    }
    return Optional.empty();
  }

  KubernetesClient client() {
    return client;
  }

  Program kubectl() {
    return program("kubectl").with("KUBECONFIG", kubeconfig.toString());
  }

  Program helm() {
    // helm writes beside its settings otherwise, which are the user's
    Path cache = Path.of(System.getProperty("java.io.tmpdir"), "vlmr1-helm");
    return program("helm")
        .with("KUBECONFIG", kubeconfig.toString())
        .with("HELM_CACHE_HOME", cache.toString())
        .with("HELM_CONFIG_HOME", cache.toString())
        .with("HELM_DATA_HOME", cache.toString());
  }

  /** Whether it was started here: then the node is this machine. */
  boolean isOwn() {
    return home != null;
  }

  /** A folder of the machine that is the node too; empty on a cluster that was given. */
  Optional<Path> folder(String name) {
    return Optional.ofNullable(home).map(path -> path.resolve("volumes").resolve(name));
  }

  /** The processes behind the API; only of a cluster that was started here. */
  ControlPlane controlPlane() {
    return new ControlPlane(Objects.requireNonNull(home, "a cluster of its own"));
  }

  /** Puts images onto the node; of a cluster that was given, its owner has seen to that. */
  void load(List<Path> tars) {
    if (home == null) {
      return;
    }
    for (Path tar : tars) {
      if (!Files.exists(tar)) {
        throw new IllegalStateException(tar + " is absent; build with -Pcluster or -Pimage");
      }
      new Program(scripts().resolve("load-image")).run("--dir", home.toString(), tar.toString());
      say("loaded " + tar);
    }
  }

  /**
   * kill -9 for the container's process, as the kernel does it when memory runs out. On a cluster
   * that was given, the node's processes are out of reach: there the pod is deleted without grace.
   */
  void kill(Pod pod) {
    if (home == null) {
      client.resource(pod).withGracePeriod(0L).delete();
      return;
    }
    ContainerStatus container = pod.getStatus().getContainerStatuses().get(0);
    String id = container.getContainerID().replaceFirst("^.*://", "");
    ProcessHandle process =
        ProcessHandle.allProcesses()
            .filter(candidate -> isIn(candidate, id))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no process is in container " + id));
    say("kill -9 of process " + process.pid() + " in pod " + pod.getMetadata().getName());
    if (!process.destroyForcibly()) {
      throw new IllegalStateException("cannot kill process " + process.pid());
    }
  }

  private static boolean isIn(ProcessHandle process, String container) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cgroup")).contains(container);
    } catch (NoSuchFileException e) {
      return false; // it has ended
    } catch (IOException e) {
      return false; // another user's, or ending
    }
  }

  @Override
  public void close() {
    client.close();
    stop();
  }

  private synchronized void stop() {
    if (home != null && Files.isDirectory(home.resolve("pids"))) {
      new Program(scripts().resolve("down")).run("--dir", home.toString());
      delete(home);
      say("stopped the cluster of " + home);
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Program program(String name) {
    Path build = scripts().resolve("build");
    if (Files.isExecutable(build)) {
      Path built = Path.of(new Program(build).run("--print-path").strip()).resolve(name);
      if (Files.isExecutable(built)) {
        return new Program(built);
      }
    }
    return new Program(Path.of(name)); // of the PATH
  }

  private static Path scripts() {
    return Path.of(System.getProperty("cluster.dir", "../../shared/cluster"));
  }

  static void say(String message) {
    System.out.println("[cluster] " + message);
  }
}
