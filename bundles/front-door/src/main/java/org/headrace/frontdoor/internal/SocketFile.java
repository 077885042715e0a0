package org.headrace.frontdoor.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The socket in the file system, held by one process at a time. A lock on {@code <socket>.lock}
 * decides who that is, because a socket file left by a crash looks like a live one.
 */
final class SocketFile implements Closeable {
  /** sun_path has 108 bytes on Linux, the last one is zero. */
  private static final int MAX_PATH_BYTES = 107;

  private static final int BACKLOG = 1024;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final FileChannel lock;
  private final ServerSocketChannel server;

  private SocketFile(Path path, FileChannel lock, ServerSocketChannel server) {
    this.path = path;
    this.lock = lock;
    this.server = server;
  }

  /**
   * Takes the path, removing a socket that nobody listens to.
   *
   * @throws IOException if another process serves there, or it is something other than a socket
   */
  static SocketFile take(Path path) throws IOException {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new IOException(
          "socket path " + path + " has " + length + " bytes, the system allows " + MAX_PATH_BYTES);
    }
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    FileChannel lock = lock(path);
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
      return new SocketFile(path, lock, server);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  ServerSocketChannel server() {
    return server;
  }

  private static FileChannel lock(Path path) throws IOException {
    Path file = path.resolveSibling(path.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      // Whoever can read a file can lock it too, and keep the next controller from its socket.
      Files.setPosixFilePermissions(file, OWNER_ONLY);
      if (channel.tryLock() != null) {
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid), 0);
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // The holder is in this process; the message is the same.
      channel.close();
      throw inUse(path, file);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw inUse(path, file);
  }

  private static IOException inUse(Path path, Path lockFile) throws IOException {
    String holder = Files.readString(lockFile, StandardCharsets.US_ASCII).strip();
    return new IOException(
        "socket "
            + path
            + " is in use by process "
            + holder
            + "; stop that controller, or set headrace.socket to another path");
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

  /** Stops listening and removes the socket. The lock file stays: removing it would be a race. */
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
