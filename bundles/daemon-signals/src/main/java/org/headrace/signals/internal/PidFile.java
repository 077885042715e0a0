package org.headrace.signals.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code SlurmctldPidFile} or {@code SlurmdPidFile}, which the start script writes. */
final class PidFile {
  private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);

  private PidFile() {}

  /**
   * Removes the file of a daemon that ends; one of another process stays.
   *
   * @param file path, or the empty string
   */
  static void remove(String file, long pid) {
    if (file.isEmpty()) {
      return;
    }
    Path path = Path.of(file);
    try {
      if (Files.isRegularFile(path) && Files.readString(path).strip().equals(Long.toString(pid))) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOG.warn("The pid file {} can't be removed: {}", path, e.toString());
    }
  }
}
