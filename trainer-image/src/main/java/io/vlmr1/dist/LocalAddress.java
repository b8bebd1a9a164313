package io.vlmr1.dist;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Which of this machine's addresses the others can reach. */
final class LocalAddress {
  private LocalAddress() {}

  /**
   * The address from which packets to rank 0 leave: the host's own name may resolve to a loopback.
   * Nothing is sent. Empty where it cannot be told: then torch looks itself.
   */
  static Optional<String> towards(Rendezvous rendezvous) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(rendezvous.host(), rendezvous.port()));
      InetAddress address = socket.getLocalAddress();
      return address.isAnyLocalAddress() ? Optional.empty() : Optional.of(address.getHostAddress());
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
