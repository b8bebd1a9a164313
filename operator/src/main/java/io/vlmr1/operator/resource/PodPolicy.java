package io.vlmr1.operator.resource;

import java.util.List;

/**
 * What an administrator lets GrpoJobs ask for beyond the restricted Pod Security Standard; nothing
 * unless said.
 *
 * @param serviceAccounts names that pods may bear besides the namespace's default; * is any
 * @param hostPaths folders of a node, and what lies below them, that pods may mount
 * @param hostNetwork whether pods may use a node's network, its processes and its IPC
 * @param privileged whether containers may be privileged, add capabilities or run as root
 * @param secrets names of Secrets that pods may use; * is any of the job's namespace
 * @param ascendDriver whether pods with Ascend devices get the node's driver mounted
 */
public record PodPolicy(
    List<String> serviceAccounts,
    List<String> hostPaths,
    boolean hostNetwork,
    boolean privileged,
    List<String> secrets,
    boolean ascendDriver) {
  /** Nothing that the restricted standard does not let pass. */
  public static final PodPolicy RESTRICTED =
      new PodPolicy(List.of(), List.of(), false, false, List.of("*"), false);

  public PodPolicy {
    serviceAccounts = List.copyOf(serviceAccounts);
    hostPaths = List.copyOf(hostPaths);
    secrets = List.copyOf(secrets);
  }

  boolean serviceAccount(String name) {
    return listed(serviceAccounts, name);
  }

  boolean secret(String name) {
    return listed(secrets, name);
  }

  boolean hostPath(String path) {
    return (ascendDriver && Ascend.isDriver(path))
        || (!List.of(path.split("/", -1)).contains("..")
            && hostPaths.stream()
                .anyMatch(allowed -> path.equals(allowed) || path.startsWith(folder(allowed))));
  }

  private static String folder(String path) {
    return path.endsWith("/") ? path : path + "/";
  }

  private static boolean listed(List<String> names, String name) {
    return names.contains("*") || names.contains(name);
  }
}
