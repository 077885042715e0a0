package org.headrace.agent.internal;

import java.nio.file.Path;

/** Whether the spool has room for a job's script and result: a full one would swallow the queue. */
final class SpoolSpace {
  static final long RESERVE_BYTES = 4L << 20;

  private final Path directory;
  private final long reserveBytes;

  /**
   * @param directory SlurmdSpoolDir, which exists
   * @param reserveBytes with less than this free, it counts as full
   */
  SpoolSpace(Path directory, long reserveBytes) {
    this.directory = directory;
    this.reserveBytes = reserveBytes;
  }

  /** What is wrong, or the empty string. */
  String problem() {
    long free = directory.toFile().getUsableSpace();
    return free >= reserveBytes
        ? ""
        : "SlurmdSpoolDir %s is full (%d KiB free, %d needed)"
            .formatted(directory, free >> 10, reserveBytes >> 10);
  }
}
