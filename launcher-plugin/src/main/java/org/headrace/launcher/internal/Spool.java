package org.headrace.launcher.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.api.launcher.StepKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's spool: {@code steps/<job>.<step>.<attempt>/} for each attempt (the agent's user only)
 * and {@code scripts/}, which users may pass through to their own script.
 */
final class Spool implements AutoCloseable {

  /** An attempt found in the spool. */
  record Entry(StepKey key, int attempt, Path dir) {}

  /** A UNIX socket's path may be 107 bytes long, and 37 are needed below the spool. */
  static final int MAX_PATH_BYTES = 70;

  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final String AGENT_ONLY = "rwx------";
  private static final Pattern NAME = Pattern.compile("(\\d{1,19})\\.(-?\\d{1,10})\\.(\\d{1,10})");

  private final Path root;
  private final Path steps;
  private final FileChannel lockChannel;

  private Spool(Path root, Path steps, FileChannel lockChannel) {
    this.root = root;
    this.steps = steps;
    this.lockChannel = lockChannel;
  }

  static Spool open(String directory) throws IOException {
    Path root = Path.of(directory);
    int bytes = directory.getBytes(StandardCharsets.UTF_8).length;
    if (!root.isAbsolute() || bytes > MAX_PATH_BYTES) {
      throw new IOException(
          "SlurmdSpoolDir "
              + directory
              + " must be an absolute path of at most "
              + MAX_PATH_BYTES
              + " bytes (it has "
              + bytes
              + "), since control sockets live in it");
    }
    create(root, "rwxr-xr-x");
    if (!Files.getPosixFilePermissions(root).contains(PosixFilePermission.OTHERS_EXECUTE)) {
      LOG.warn(
          "SlurmdSpoolDir {} is closed to users, who can't run batch scripts; chmod a+x", root);
    }
    Path steps = root.resolve("steps");
    create(steps, AGENT_ONLY);
    Files.setPosixFilePermissions(steps, PosixFilePermissions.fromString(AGENT_ONLY));
    create(root.resolve("scripts"), "rwx--x--x");
    return new Spool(root, steps, lock(steps.resolve("agent.lock"), root));
  }

  private static void create(Path dir, String mode) throws IOException {
    if (!Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS)) {
      if (dir.getParent() != null && !Files.isDirectory(dir.getParent())) {
        Files.createDirectories(dir.getParent());
      }
      Files.createDirectory(dir);
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString(mode));
    }
  }

  private static FileChannel lock(Path file, Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // The same process: told below like any other.
    }
    if (lock == null) {
      channel.close();
      throw new IOException(
          "another node agent uses the spool directory " + root + "; give each node its own");
    }
    return channel;
  }

  Path socketPath() {
    return steps.resolve("agent");
  }

  Path logFile() {
    return root.resolve("stepd.log");
  }

  Path dir(StepKey key, int attempt) {
    return steps.resolve(key.jobId() + "." + key.stepId() + "." + attempt);
  }

  /** Makes the directory of an attempt; false if it was there. */
  boolean create(StepKey key, int attempt) throws IOException {
    try {
      Files.createDirectory(
          dir(key, attempt),
          PosixFilePermissions.asFileAttribute(
              Set.copyOf(PosixFilePermissions.fromString(AGENT_ONLY))));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  List<Entry> list() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> dirs = Files.newDirectoryStream(steps)) {
      for (Path dir : dirs) {
        Matcher name = NAME.matcher(dir.getFileName().toString());
        if (name.matches()) {
          try {
            StepKey key =
                new StepKey(Long.parseLong(name.group(1)), Integer.parseInt(name.group(2)));
            entries.add(new Entry(key, Integer.parseInt(name.group(3)), dir));
          } catch (NumberFormatException e) {
            continue; // not one of ours
          }
        }
      }
    }
    entries.sort(
        (a, b) -> {
          int order = Long.compare(a.key().jobId(), b.key().jobId());
          order = order != 0 ? order : Integer.compare(a.key().stepId(), b.key().stepId());
          return order != 0 ? order : Integer.compare(a.attempt(), b.attempt());
        });
    return entries;
  }

  /** The result of an attempt, if it was written completely. */
  Optional<ResultText> result(StepKey key, int attempt) {
    try {
      return ResultText.parse(Files.readAllBytes(dir(key, attempt).resolve("result")))
          .filter(ResultText::complete);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  boolean hasSocket(StepKey key, int attempt) {
    return Files.exists(dir(key, attempt).resolve("ctl"), LinkOption.NOFOLLOW_LINKS);
  }

  void writeResult(StepKey key, int attempt, byte[] text) throws IOException {
    create(key, attempt);
    Path target = dir(key, attempt).resolve("result");
    Path temporary = dir(key, attempt).resolve("result.agent");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text));
      channel.force(false);
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes an attempt and what it left. The directory is flat. */
  void remove(StepKey key, int attempt) throws IOException {
    Path dir = dir(key, attempt);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(dir);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socketPath());
    lockChannel.close();
  }
}
