package org.headrace.rest.internal;

import java.nio.file.Path;

/** Where the API is offered. */
sealed interface Listen {
  /** A UNIX socket: the kernel says who calls. */
  record Unix(Path path) implements Listen {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /**
   * A TCP port: tokens say who calls.
   *
   * @param host name or address; null for all addresses
   */
  record Tcp(String host, int port) implements Listen {
    @Override
    public String toString() {
      return (host == null ? "*" : host) + ":" + port;
    }
  }

  /**
   * An address as slurmrestd takes it: {@code unix:/path}, {@code host:port}, {@code :port}.
   *
   * @throws IllegalArgumentException saying what would be right
   */
  static Listen parse(String text) {
    if (text.startsWith("unix:")) {
      String path = text.substring("unix:".length());
      if (path.startsWith("/")) {
        return new Unix(Path.of(path));
      }
    }
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException(
          "'" + text + "' is no address: write unix:/absolute/path, host:port or :port");
    }
    String host = text.substring(0, colon).replaceFirst("^\\[(.*)]$", "$1");
    boolean all = host.isEmpty() || host.equals("*");
    return new Tcp(all ? null : host, Integer.parseInt(port));
  }
}
