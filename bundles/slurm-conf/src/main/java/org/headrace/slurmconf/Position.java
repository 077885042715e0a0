package org.headrace.slurmconf;

/**
 * Where something was configured.
 *
 * @param file as it was named
 * @param line from 1, or 0 for what has no line
 */
public record Position(String file, int line) {
  /** {@code slurm.conf:12}. */
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
