package io.vlmr1.dist;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.tensor.NativeErrors;
import io.vlmr1.tensor.Scope;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/** The key-value store on rank 0 by which the ranks find each other. */
final class Store {
  private Store() {}

  /**
   * Opens it on rank 0, connects to it elsewhere, and waits for every rank.
   *
   * @throws VlmR1Exception ADDRESS_IN_USE naming the port, RENDEZVOUS_TIMEOUT naming who is missing
   */
  static TCPStore open(Rendezvous rendezvous) {
    TCPStore store = connect(rendezvous);
    try (Scope scope = Scope.open()) {
      store.set(key(rendezvous.rank()), "here");
      StringVector keys = new StringVector();
      IntStream.range(0, rendezvous.size()).forEach(rank -> keys.push_back(key(rank)));
      store._wait(keys, new Milliseconds(rendezvous.timeout().toMillis()));
      return store;
    } catch (RuntimeException e) {
      throw new VlmR1Exception(
          ExitCode.RENDEZVOUS_TIMEOUT,
          "%s:%d: of %d ranks, %s; see that every worker runs and reaches this address"
              .formatted(
                  rendezvous.host(),
                  rendezvous.port(),
                  rendezvous.size(),
                  missing(store, rendezvous)),
          e);
    }
  }

  private static TCPStore connect(Rendezvous rendezvous) {
    boolean server = rendezvous.rank() == 0;
    try (Scope scope = Scope.open()) {
      TCPStoreOptions options = new TCPStoreOptions();
      options.port((short) rendezvous.port());
      options.isServer(server);
      options.waitWorkers(false);
      options.timeout(new Milliseconds(rendezvous.timeout().toMillis()));
      return new TCPStore(rendezvous.host(), options).retainReference();
    } catch (RuntimeException e) {
      throw refused(rendezvous, NativeErrors.message(e), e);
    }
  }

  private static VlmR1Exception refused(Rendezvous rendezvous, String why, RuntimeException cause) {
    String lower = why.toLowerCase(Locale.ROOT);
    if (lower.contains("eaddrinuse") || lower.contains("address already in use")) {
      return new VlmR1Exception(
          ExitCode.ADDRESS_IN_USE,
          "port %d is taken on this host; end the process that listens there, or set MASTER_PORT to a free one"
              .formatted(rendezvous.port()),
          cause);
    }
    return new VlmR1Exception(
        ExitCode.RENDEZVOUS_TIMEOUT,
        "rank 0 does not answer at %s:%d within %d s (%s); see that it runs, and that MASTER_ADDR and MASTER_PORT name it"
            .formatted(rendezvous.host(), rendezvous.port(), rendezvous.timeout().toSeconds(), why),
        cause);
  }

  private static String missing(TCPStore store, Rendezvous rendezvous) {
    try (Scope scope = Scope.open()) {
      int[] absent =
          IntStream.range(0, rendezvous.size())
              .filter(rank -> !store.check(new StringVector(key(rank))))
              .toArray();
      return "these did not come within %d s: %s"
          .formatted(rendezvous.timeout().toSeconds(), Arrays.toString(absent));
    } catch (RuntimeException e) {
      return "rank 0 is gone (" + NativeErrors.message(e) + ")";
    }
  }

  private static String key(int rank) {
    return "rank/" + rank;
  }
}
