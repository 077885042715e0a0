package org.headrace.frontdoor.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

/** Where to listen for others who know this host by a configured address. */
final class LocalAddress {
  private LocalAddress() {}

  /** The address itself, or all of this host's where it is known by one that it doesn't have. */
  static InetSocketAddress of(String address, int port) {
    try {
      InetAddress resolved = InetAddress.getByName(address);
      boolean own =
          resolved.isLoopbackAddress() || NetworkInterface.getByInetAddress(resolved) != null;
      return own ? new InetSocketAddress(resolved, port) : new InetSocketAddress(port);
    } catch (UnknownHostException | SocketException e) {
      return new InetSocketAddress(port);
    }
  }
}
