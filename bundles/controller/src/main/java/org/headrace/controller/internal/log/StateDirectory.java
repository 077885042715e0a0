package org.headrace.controller.internal.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.LongSupplier;
import org.headrace.transport.DriverDirectory;

/**
 * The directory that a controller keeps its state in, locked against a second controller as long as
 * it is open.
 */
public final class StateDirectory implements AutoCloseable {
  /** Less free space than this, and nothing more is accepted. */
  public static final long RESERVE_BYTES = 96L << 20;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path root;
  private final FileChannel channel;
  private final FileLock lock;
  private final LongSupplier reserveBytes;

  private StateDirectory(Path root, FileChannel channel, FileLock lock, LongSupplier reserveBytes) {
    this.reserveBytes = reserveBytes;
    this.root = root;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Opens and locks the directory, making it if need be.
   *
   * @throws IOException if it can't be used or another controller uses it; the message says which
   */
  public static StateDirectory open(Path root) throws IOException {
    return open(root, () -> RESERVE_BYTES);
  }

  /**
   * Opens and locks the directory, making it if need be.
   *
   * @param reserveBytes less free space than this, and nothing more is accepted
   * @throws IOException if it can't be used or another controller uses it; the message says which
   */
  public static StateDirectory open(Path root, LongSupplier reserveBytes) throws IOException {
    try {
      Files.createDirectories(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new IOException(
          "StateSaveLocation " + root + " can't be made a directory: " + e.getMessage(), e);
    }
    FileChannel channel;
    try {
      Path file = root.resolve("lock");
      channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      // Whoever can read a file can lock it too, and keep the next controller from starting.
      Files.setPosixFilePermissions(file, OWNER_ONLY);
    } catch (IOException e) {
      throw new IOException(
          "StateSaveLocation " + root + " can't be written to: " + e.getMessage(), e);
    }
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Reported below: the other controller is in this very process.
    }
    if (lock == null) {
      channel.close();
      throw new IOException(
          "Another controller uses StateSaveLocation "
              + root
              + "; stop it first, or give this one a directory of its own");
    }
    StateDirectory directory = new StateDirectory(root, channel, lock, reserveBytes);
    try {
      closeToOthers(root.resolve("log"));
      directory.setAside().settle();
      directory.clearMarks();
    } catch (IOException e) {
      directory.close();
      throw e;
    }
    return directory;
  }

  /** The log holds the scripts and environments of all users, in files that anybody may read. */
  private static void closeToOthers(Path log) throws IOException {
    Files.createDirectories(log);
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rwx------"));
  }

  /**
   * Removes the marks by which Aeron tells that a directory is in use. A controller that was killed
   * leaves them, and Aeron would wait ten seconds before it believes that. We hold the lock, so
   * nobody uses them.
   */
  private void clearMarks() throws IOException {
    for (Path part : new Path[] {archive(), cluster()}) {
      if (!Files.isDirectory(part)) {
        continue;
      }
      try (DirectoryStream<Path> marks = Files.newDirectoryStream(part, "*-mark*.dat")) {
        for (Path mark : marks) {
          Files.delete(mark);
        }
      }
    }
  }

  public Path root() {
    return root;
  }

  Path archive() {
    return root.resolve("log").resolve("archive");
  }

  Path cluster() {
    return root.resolve("log").resolve("cluster");
  }

  /** The file that says what no replay applies. */
  Path leftOut() {
    return root.resolve("log").resolve("left-out");
  }

  /** Whose state this is. */
  public ClusterNameFile clusterName() {
    return new ClusterNameFile(this);
  }

  /** Where the log is while another member's is taken over. */
  SetAsideLog setAside() {
    return new SetAsideLog(root.resolve("log"));
  }

  /**
   * The place of a media driver. Always the same for this state directory, whose lock we hold.
   *
   * @param use what the driver is for
   */
  public Path driver(String use) {
    return DriverDirectory.of(root, use);
  }

  /** What is wrong with the free space, or null. */
  String spaceProblem() {
    // Not by way of its FileStore: in a chroot the mount of the directory may not be listed.
    long free = root.toFile().getUsableSpace();
    if (free == 0 && !Files.isDirectory(root)) {
      return "StateSaveLocation " + root + " is gone";
    }
    long reserve = reserveBytes.getAsLong();
    return free >= reserve
        ? null
        : "The disk of StateSaveLocation "
            + root
            + " is full ("
            + (free >> 20)
            + " MiB free, "
            + (reserve >> 20)
            + " MiB needed); nothing is accepted until there is space";
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
