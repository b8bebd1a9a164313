package io.vlmr1.dist;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Optional;

/** Which of this machine's addresses the others can reach. */
final class LocalAddress {
  private LocalAddress() {}

  /** The address of this process: that of the interface which was named, or towards rank 0. */
  static String of(Rendezvous rendezvous) {
    return rendezvous
        .networkInterface()
        .flatMap(LocalAddress::ofInterface)
        .or(() -> towards(rendezvous))
        .orElseGet(() -> InetAddress.getLoopbackAddress().getHostAddress());
  }

  private static Optional<String> ofInterface(String name) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      return found == null
          ? Optional.empty()
          : found.inetAddresses().map(InetAddress::getHostAddress).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

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
