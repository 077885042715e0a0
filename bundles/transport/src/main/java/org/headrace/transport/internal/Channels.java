package org.headrace.transport.internal;

import io.aeron.Aeron;
import io.aeron.AvailableImageHandler;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.UnavailableImageHandler;
import io.aeron.exceptions.RegistrationException;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.headrace.transport.TransportSettings;

/** Opens Aeron's streams. */
final class Channels {
  private Channels() {}

  static Subscription subscribe(
      Aeron aeron,
      TransportSettings settings,
      int stream,
      AvailableImageHandler available,
      UnavailableImageHandler unavailable) {
    String endpoint = settings.host() + ":" + settings.port();
    String channel = new ChannelUriStringBuilder().media("udp").endpoint(endpoint).build();
    try {
      return aeron.addSubscription(channel, stream, available, unavailable);
    } catch (RegistrationException e) {
      throw new IllegalStateException(
          "Can't listen on UDP " + endpoint + ": " + e.getMessage() + "; is it in use?", e);
    }
  }

  /**
   * Exclusive to this sender, so that a new one after a restart is a new image to the peer. The
   * address is numbers: a name would be looked up by the driver, on its thread.
   */
  static Publication publish(Aeron aeron, InetAddress host, int port, int stream) {
    String numbers = host.getHostAddress();
    String channel =
        new ChannelUriStringBuilder()
            .media("udp")
            .endpoint((host instanceof Inet6Address ? "[" + numbers + "]" : numbers) + ":" + port)
            .linger(0L)
            .build();
    return aeron.addExclusivePublication(channel, stream);
  }
}
