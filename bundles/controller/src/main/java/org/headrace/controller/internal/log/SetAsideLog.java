package org.headrace.controller.internal.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's own log while it takes over another's: out of the way, and back again unless what came
 * instead has been proven whole. Each step is one renaming, so that a crash between any two leaves
 * a state that {@link #settle} understands.
 *
 * <p>A member that has taken part with the new log must never find its old one again, as it would
 * have forgotten what it had acknowledged: {@link #discard} comes before that.
 */
final class SetAsideLog {
  private static final Logger LOG = LoggerFactory.getLogger(SetAsideLog.class);

  /** Archive, and the list of its recordings. How the member has voted isn't among them. */
  private static final List<String> PARTS = List.of("archive", "cluster/recording.log");

  private final Path log;
  private final Path moving;
  private final Path aside;
  private final Path useless;

  /**
   * @param log directory of the log
   */
  SetAsideLog(Path log) {
    this.log = log;
    moving = log.resolve("moving");
    aside = log.resolve("aside");
    useless = log.resolve("useless");
  }

  /** After a start: what a transfer that came to no end has left is undone. */
  void settle() throws IOException {
    delete(useless);
    if (exists()) {
      LOG.warn("A transfer of the leader's state came to no end; the log is the one before it");
      for (String part : PARTS) {
        delete(log.resolve(part));
      }
      rename(aside, moving);
    }
    if (!Files.isDirectory(moving)) {
      return;
    }
    for (String part : PARTS) {
      Path kept = moving.resolve(Path.of(part).getFileName());
      if (Files.exists(kept)) {
        rename(kept, log.resolve(part));
      }
    }
    delete(moving);
  }

  /** Whether a log is set aside. */
  boolean exists() {
    return Files.isDirectory(aside);
  }

  /** Sets the log aside, which nobody must have open. */
  void put() throws IOException {
    Files.createDirectories(moving);
    for (String part : PARTS) {
      Path file = log.resolve(part);
      if (Files.exists(file)) {
        rename(file, moving.resolve(file.getFileName()));
      }
    }
    rename(moving, aside);
  }

  /** The new log is whole: it counts from here on. */
  void discard() throws IOException {
    rename(aside, useless);
    delete(useless);
  }

  /** On disk when it returns: what is acknowledged after it rests on it. */
  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    for (Path folder : new Path[] {from.getParent(), to.getParent()}) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
