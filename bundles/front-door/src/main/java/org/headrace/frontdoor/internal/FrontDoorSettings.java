package org.headrace.frontdoor.internal;

import java.nio.file.Path;

/**
 * Where to listen, and the limits that keep one user or a broken client from hurting the others.
 *
 * @param socket path of the UNIX socket
 * @param maxConnections connections at one time
 * @param maxConnectionsPerUser connections of one user, except root and the controller's own user
 * @param helloMillis how long a client may take to say completely what it wants
 * @param bufferBytes memory for requests and files that are still coming in, of all clients
 * @param drainMillis how long to wait for running commands when their bundle or the door goes away
 * @param commandMillis how long a call waits for its command while the controller starts
 * @param relay true for a daemon that passes on, and leaves the socket to a controller
 */
public record FrontDoorSettings(
    Path socket,
    int maxConnections,
    int maxConnectionsPerUser,
    long helloMillis,
    long bufferBytes,
    long drainMillis,
    long commandMillis,
    boolean relay) {

  /** The usual limits. */
  public static FrontDoorSettings at(Path socket) {
    return new FrontDoorSettings(socket, 2048, 512, 10_000, 64 << 20, 5_000, 30_000, false);
  }

  /** The limits of a daemon that is small and only passes on. */
  public static FrontDoorSettings forRelay(Path socket) {
    return new FrontDoorSettings(socket, 256, 64, 10_000, 16 << 20, 500, 30_000, true);
  }
}
