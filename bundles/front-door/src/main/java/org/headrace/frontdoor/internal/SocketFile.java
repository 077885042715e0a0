package org.headrace.frontdoor.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The socket in the file system, held by one process at a time. A {@link SocketLock} decides who
 * that is, because a socket file left by a crash looks like a live one.
 */
final class SocketFile implements Closeable {
  /** sun_path has 108 bytes on Linux, the last one is zero. */
  private static final int MAX_PATH_BYTES = 107;

  private static final int BACKLOG = 1024;

  private final Path path;
  private final SocketLock lock;
  private final ServerSocketChannel server;
  private final boolean relay;

  private SocketFile(Path path, SocketLock lock, ServerSocketChannel server, boolean relay) {
    this.path = path;
    this.relay = relay;
    this.lock = lock;
    this.server = server;
  }

  /**
   * Takes the path, removing a socket that nobody listens to.
   *
   * @param relay true for a node's daemon, which gives way to a controller
   * @throws IOException if another process serves there, or it is something other than a socket
   */
  static SocketFile take(Path path, boolean relay) throws IOException {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new IOException(
          "socket path " + path + " has " + length + " bytes, the system allows " + MAX_PATH_BYTES);
    }
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    SocketLock lock = relay ? SocketLock.ofRelay(path) : SocketLock.ofController(path);
    try {
      removeStale(path);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        // Everybody may knock; who it is, the kernel tells.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
      } catch (IOException e) {
        server.close();
        throw new IOException("can't listen at " + path + ": " + e.getMessage(), e);
      }
      return new SocketFile(path, lock, server, relay);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  ServerSocketChannel server() {
    return server;
  }

  /** True if this is a node's daemon and a controller of this host wants the socket. */
  boolean wanted() throws IOException {
    return relay && lock.wanted();
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean socket =
        !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            && !Files.isSymbolicLink(path);
    if (!socket) {
      throw new IOException(path + " exists and is not a socket; remove it or choose another path");
    }
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException(
          "socket " + path + " is in use by another program, which accepts connections there");
    } catch (ConnectException e) {
      // Nobody listens: left over from a process that was killed.
      Files.delete(path);
    }
  }

  /** Stops listening and removes the socket. */
  @Override
  public void close() throws IOException {
    try {
      server.close();
      Files.deleteIfExists(path);
    } finally {
      lock.close();
    }
  }
}
