package io.vlmr1.cli.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The hub, or a mirror of it, over HTTP. */
final class Hub {
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int REDIRECTS = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI endpoint;
  private final @Nullable String token;
  private final HttpClient http;

  /** The token goes to the endpoint's own host only. */
  Hub(URI endpoint, @Nullable String token, Duration timeout) {
    this.endpoint = endpoint;
    this.token = token;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER) // it would take the token along
            .build();
  }

  /**
   * The files of a model at one commit.
   *
   * @param commit that the revision stands for now
   */
  record Listing(String commit, List<HubFile> files) {}

  Listing list(HubModel model) throws IOException {
    URI uri =
        endpoint.resolve(
            "/api/models/"
                + model.repository()
                + "/revision/"
                + encoded(model.revision())
                + "?blobs=true");
    try (InputStream body = get(uri, null, model.toString()).body()) {
      JsonNode answer = JSON.readTree(body);
      List<HubFile> files = new ArrayList<>();
      for (JsonNode one : answer.path("siblings")) {
        JsonNode large = one.path("lfs");
        HubFile file =
            new HubFile(
                one.path("rfilename").asText(),
                one.path("size").asLong(-1),
                large.path("sha256").textValue(),
                large.isObject() ? null : one.path("blobId").textValue());
        if (!file.harmless()) {
          throw new VlmR1Exception(
              ExitCode.BAD_MODEL, model + " lists \"" + file.name() + "\", outside of its folder");
        }
        files.add(file);
      }
      String commit = answer.path("sha").asText();
      if (commit.isEmpty() || files.isEmpty()) {
        throw new IOException(uri + " lists no files");
      }
      return new Listing(commit, files);
    }
  }

  /**
   * A part of a file: bytes from (inclusive) to (exclusive).
   *
   * @throws IOException also when the server answers with something else
   */
  InputStream open(HubModel model, String commit, HubFile file, long from, long to)
      throws IOException {
    String path = "";
    for (String part : file.name().split("/", -1)) {
      path += "/" + encoded(part);
    }
    URI uri = endpoint.resolve("/" + model.repository() + "/resolve/" + commit + path);
    HttpResponse<InputStream> answer = get(uri, "bytes=" + from + "-" + (to - 1), file.name());
    if (answer.statusCode() == OK) {
      answer.body().skipNBytes(from); // a server without ranges sends all of it
    } else {
      String range = answer.headers().firstValue("content-range").orElse("");
      if (!range.startsWith("bytes " + from + "-")) {
        answer.body().close();
        throw new IOException(uri + ": asked for bytes from " + from + ", got \"" + range + '"');
      }
    }
    return answer.body();
  }

  private HttpResponse<InputStream> get(URI start, @Nullable String range, String what)
      throws IOException {
    URI uri = start;
    for (int i = 0; i < REDIRECTS; i++) {
      HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET();
      if (range != null) {
        request.header("Range", range);
      }
      if (token != null && sameHost(uri)) {
        request.header("Authorization", "Bearer " + token);
      }
      HttpResponse<InputStream> answer = send(request.build());
      int status = answer.statusCode();
      if (status == OK || status == PARTIAL) {
        return answer;
      }
      answer.body().close();
      URI next = answer.headers().firstValue("location").map(uri::resolve).orElse(null);
      if (status / 100 != 3 || next == null) {
        throw refused(status, uri, what);
      }
      uri = next;
    }
    throw new IOException(start + " leads from address to address");
  }

  private boolean sameHost(URI uri) {
    return Objects.equals(uri.getHost(), endpoint.getHost())
        && uri.getPort() == endpoint.getPort()
        && Objects.equals(uri.getScheme(), endpoint.getScheme());
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** What another try cannot mend has an exit code of its own. */
  private IOException refused(int status, URI uri, String what) {
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          what
              + ": "
              + uri.getHost()
              + " answers "
              + status
              + (token == null
                  ? "; set HF_TOKEN to a token that may read it"
                  : "; the token in HF_TOKEN may not read it"));
    }
    if (status == NOT_FOUND) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          what + ": " + uri.getHost() + " has no such model, revision or file; correct the name");
    }
    return new IOException(uri + " answers " + status);
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
