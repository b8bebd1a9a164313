package io.vlmr1.operator.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** GrpoJobs of one namespace, as a user sees them. */
record Jobs(TestCluster cluster, String namespace) {
  private static final Pattern HEAD = Pattern.compile("\\S+\\s*");

  void apply(GenericKubernetesResource job) {
    Volumes.reserve(cluster, namespace, outputClaim(job.getMetadata().getName()));
    if (!cluster.isOwn()) {
      Shapes.set(
          job,
          Map.of("size", "2Gi", "accessModes", List.of("ReadWriteOnce")),
          "checkpoints",
          "volume");
    }
    cluster.kubectl().feed(Shapes.yaml(job), "apply", "--namespace", namespace, "-f", "-");
  }

  /** The output volume, where the node is this machine. */
  Optional<OutputLayout> output(String job) {
    return cluster
        .folder(outputClaim(job))
        .map(folder -> new OutputLayout(folder.resolve(job))); // a folder for each job of a claim
  }

  private static String outputClaim(String job) {
    return job + "-checkpoints";
  }

  /** The two pods of an attempt in rank order, once both have started. */
  List<Pod> workers(String job, int attempt) {
    Map<String, String> labels =
        Map.of(
            "training.vlmr1.io/job", job, "training.vlmr1.io/attempt", Integer.toString(attempt));
    for (int rank = 0; rank < 2; rank++) {
      Map<String, String> one = new HashMap<>(labels);
      one.put("batch.kubernetes.io/job-completion-index", Integer.toString(rank));
      client()
          .pods()
          .inNamespace(namespace)
          .withLabels(one)
          .waitUntilCondition(
              pod -> pod != null && !"Pending".equals(pod.getStatus().getPhase()),
              2,
              TimeUnit.MINUTES);
    }
    return client().pods().inNamespace(namespace).withLabels(labels).list().getItems().stream()
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .toList();
  }

  void suspend(String job, boolean suspend) {
    cluster
        .kubectl()
        .run(
            "patch",
            "grpojob",
            job,
            "--namespace",
            namespace,
            "--type=merge",
            "--patch={\"spec\": {\"suspend\": " + suspend + "}}");
  }

  /** Pods of a job that run now, of whatever attempt. */
  List<Pod> running(String job) {
    return client()
        .pods()
        .inNamespace(namespace)
        .withLabel(Shapes.LABEL, job)
        .list()
        .getItems()
        .stream()
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .toList();
  }

  String log(Pod pod) {
    return client().pods().resource(pod).getLog();
  }

  GrpoJobStatus await(String name, Predicate<GrpoJobStatus> condition, int minutes) {
    return client()
        .resources(GrpoJob.class)
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            job -> job != null && job.getStatus() != null && condition.test(job.getStatus()),
            minutes,
            TimeUnit.MINUTES)
        .getStatus();
  }

  /** What the served model of a job answers to a question. */
  String askServed(String job) throws IOException, InterruptedException {
    Pod pod =
        client()
            .pods()
            .inNamespace(namespace)
            .withLabels(Map.of("training.vlmr1.io/job", job, "training.vlmr1.io/role", "serve"))
            .list()
            .getItems()
            .get(0);
    try (LocalPortForward forward = client().pods().resource(pod).portForward(8000)) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/v1/chat/completions"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"max_tokens\": 16, \"messages\": [{\"role\": \"user\", \"content\":"
                          + " \"the small red circle\"}]}"))
              .build();
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  /** What kubectl get shows. */
  Map<String, String> columns(String name) {
    String table = cluster.kubectl().run("get", "grpojob", name, "--namespace", namespace);
    table.lines().forEach(TestCluster::say);
    List<String> lines = table.lines().toList();
    Map<String, String> columns = new LinkedHashMap<>();
    Matcher head = HEAD.matcher(lines.get(0)); // each value stands below its head; some are empty
    while (head.find()) {
      String row = lines.get(1);
      int end = Math.min(head.end(), row.length());
      columns.put(head.group().strip(), row.substring(Math.min(head.start(), end), end).strip());
    }
    return columns;
  }

  private KubernetesClient client() {
    return cluster.client();
  }
}
