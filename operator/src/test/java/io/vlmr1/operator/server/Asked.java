package io.vlmr1.operator.server;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/** Notes what a client asks of an API server, as verbs on resources, and what it is not given. */
final class Asked implements Interceptor {
  private static final int FORBIDDEN = 403;

  /** `verb group/resource`, a subresource after another slash. */
  final Set<String> used = new ConcurrentSkipListSet<>();

  final Set<String> forbidden = new ConcurrentSkipListSet<>();

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    used.addAll(rights(request.method(), request.uri()));
  }

  @Override
  public CompletableFuture<Boolean> afterFailure(
      BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
    if (response.code() == FORBIDDEN) {
      HttpRequest request = response.request();
      forbidden.addAll(rights(request.method(), request.uri()));
    }
    return CompletableFuture.completedFuture(false);
  }

  /** A patch may be server-side apply, which creates what is not there. */
  private static List<String> rights(String method, URI uri) {
    List<String> path = List.of(uri.getPath().substring(1).split("/", -1));
    boolean core = path.get(0).equals("api");
    if (!core && !path.get(0).equals("apis")) {
      return List.of(); // version, health
    }
    String group = core ? "" : path.get(1);
    List<String> rest = path.subList(Math.min(path.size(), core ? 2 : 3), path.size());
    if (rest.size() > 2 && rest.get(0).equals("namespaces")) {
      rest = rest.subList(2, rest.size());
    }
    if (rest.isEmpty()) {
      return List.of(); // what the server serves
    }
    String resource = group + "/" + rest.get(0) + (rest.size() > 2 ? "/" + rest.get(2) : "");
    boolean named = rest.size() > 1;
    String query = String.valueOf(uri.getQuery());
    return verbs(method, named, query).map(verb -> verb + " " + resource).toList();
  }

  private static Stream<String> verbs(String method, boolean named, String query) {
    return switch (method) {
      case "GET" -> Stream.of(query.contains("watch=true") ? "watch" : named ? "get" : "list");
      case "POST" -> Stream.of("create");
      case "PUT" -> Stream.of("update");
      case "PATCH" -> Stream.of("patch");
      case "DELETE" -> Stream.of(named ? "delete" : "deletecollection");
      default -> Stream.of(method);
    };
  }
}
