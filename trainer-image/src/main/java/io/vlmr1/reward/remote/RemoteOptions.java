package io.vlmr1.reward.remote;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.reward.RewardContext;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Options of a remote reward, as its entry in the spec gives them. */
final class RemoteOptions {
  private static final int FAILURES = 5;
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private RemoteOptions() {}

  /**
   * Where to ask.
   *
   * @param path added to the entry's url, or ""
   * @throws VlmR1Exception BAD_SPEC without a usable url, or without the key that is named
   */
  static Endpoint.Address address(RewardContext context, String path) {
    String place = "spec.rewards[" + context.spec().name() + "]";
    String url = Objects.requireNonNullElse(context.spec().url(), "");
    String whole = path.isEmpty() ? url : url.replaceAll("/++$", "") + path;
    URI uri;
    try {
      uri = URI.create(whole);
    } catch (IllegalArgumentException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC, place + ".url: \"" + url + "\" is no address; write http://host/…", e);
    }
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC, place + ".url: \"" + url + "\" is no address; write http://host/…");
    }
    return new Endpoint.Address(
        uri,
        key(context, place),
        Duration.ofMillis(Math.round(context.spec().timeoutSeconds() * 1000)),
        context.spec().retries());
  }

  private static Optional<String> key(RewardContext context, String place) {
    String variable = context.spec().keyVariable();
    if (variable == null) {
      return Optional.empty();
    }
    String key = context.environment().get(variable);
    if (key == null || key.isBlank()) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          place
              + ".keyVariable: the environment has no "
              + variable
              + "; set it, in a cluster from a Secret by spec.workers.env");
    }
    return Optional.of(key.strip());
  }

  static CircuitBreaker breaker() {
    return new CircuitBreaker(FAILURES, PAUSE, System::nanoTime);
  }
}
