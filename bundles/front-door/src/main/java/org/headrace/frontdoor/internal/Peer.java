package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.security.Principal;

/**
 * Who is at the other end of a connection, according to the kernel: names, because that is what the
 * JDK makes of SO_PEERCRED; an id without a name appears in decimal.
 */
record Peer(String user, String group) {

  /**
   * Asks the kernel.
   *
   * @throws IOException if this system can't tell
   */
  static Peer of(SocketChannel channel) throws IOException {
    for (SocketOption<?> option : channel.supportedOptions()) {
      // By name, because bundles don't see the package jdk.net without boot delegation.
      if (option.name().equals("SO_PEERCRED")) {
        Object found = channel.getOption(option);
        return new Peer(name(found, "user"), name(found, "group"));
      }
    }
    throw new IOException("this Java runtime has no SO_PEERCRED: the module jdk.net is missing");
  }

  private static String name(Object principal, String part) throws IOException {
    try {
      return ((Principal) principal.getClass().getMethod(part).invoke(principal)).getName();
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IOException("can't read SO_PEERCRED of this Java runtime", e);
    }
  }
}
