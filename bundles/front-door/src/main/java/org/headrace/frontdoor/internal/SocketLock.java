package org.headrace.frontdoor.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Decides which process of a host serves a socket. A controller comes before a node's daemon, which
 * may have started earlier: it says that it is there, and the daemon gives way.
 *
 * <p>Who serves has locked byte 0 of the file, a controller byte 1 before that. The kernel takes
 * both back when a process ends. One channel is opened for all, as closing any channel of a file
 * gives up all locks that the process has on it.
 */
final class SocketLock implements Closeable {
  private static final long SERVING = 0;
  private static final long CONTROLLER = 1;

  /**
   * A node's daemon looks every second whether it is wanted, and then takes its time to close, on a
   * busy machine more of it. A controller that doesn't get its socket ends.
   */
  private static final long PATIENCE_MILLIS = 15_000;

  /** A daemon that looks holds the byte for a moment. */
  private static final long LOOK_MILLIS = 200;

  private static final long PAUSE_MILLIS = 20;
  private static final int PID_BYTES = 32;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final FileChannel channel;

  private SocketLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the socket for a controller; waits some seconds for a node's daemon to give way.
   *
   * @param socket path of the socket; the lock is beside it
   * @throws IOException if another controller or a stuck daemon has it; the message names the
   *     process
   */
  static SocketLock ofController(Path socket) throws IOException {
    return take(
        socket,
        lock ->
            within(LOOK_MILLIS, () -> lock.locked(CONTROLLER))
                && within(PATIENCE_MILLIS, () -> lock.locked(SERVING)));
  }

  /**
   * Takes the socket for a node's daemon, where no controller wants it.
   *
   * @param socket path of the socket; the lock is beside it
   * @throws IOException if a controller or another daemon has it; the message names the process
   */
  static SocketLock ofRelay(Path socket) throws IOException {
    return take(socket, lock -> !lock.wanted() && lock.locked(SERVING));
  }

  private static SocketLock take(Path socket, Attempt attempt) throws IOException {
    Path file = socket.resolveSibling(socket.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      // Whoever can read a file can lock it too, and keep the next controller from its socket.
      Files.setPosixFilePermissions(file, OWNER_ONLY);
      SocketLock lock = new SocketLock(channel);
      if (!attempt.succeeds(lock)) {
        throw new IOException(
            "socket "
                + socket
                + " is in use by process "
                + lock.holder()
                + "; stop that one, or set HeadraceSocket to another path");
      }
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
      return lock;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * True if a controller has the socket, or wants it from the daemon that asks. Daemons that start
   * together look at the same moment, so their look is shared: else one took the other for a
   * controller.
   */
  boolean wanted() throws IOException {
    synchronized (SocketLock.class) {
      try (FileLock look = channel.tryLock(CONTROLLER, 1, true)) {
        return look == null;
      } catch (OverlappingFileLockException e) {
        return true; // The controller is in this process.
      }
    }
  }

  private boolean locked(long position) throws IOException {
    try {
      return channel.tryLock(position, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      return false; // The holder is in this process.
    }
  }

  private String holder() throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(PID_BYTES);
    channel.read(pid, 0);
    return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
  }

  private static boolean within(long millis, Trying trying) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!trying.succeeds()) {
      if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    }
    return true;
  }

  /** Gives the locks up. The file stays: removing it would be a race. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  private interface Attempt {
    boolean succeeds(SocketLock lock) throws IOException;
  }

  private interface Trying {
    boolean succeeds() throws IOException;
  }
}
