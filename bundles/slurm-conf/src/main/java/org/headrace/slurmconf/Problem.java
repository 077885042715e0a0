package org.headrace.slurmconf;

/**
 * Something about a configuration file that its author should know.
 *
 * @param severity whether the file can be used all the same
 * @param file as it was named
 * @param line from 1, or {@link #WHOLE_FILE}
 * @param message what is wrong and what would be right
 */
public record Problem(Severity severity, String file, int line, String message) {
  /** The problem is not on one line. */
  public static final int WHOLE_FILE = 0;

  /** How bad it is. */
  public enum Severity {
    /** The file is used; the author may want to change it. */
    WARNING,
    /** The file is refused whole. */
    ERROR
  }

  /** {@code slurm.conf:12: error: ...}, as compilers write it. */
  @Override
  public String toString() {
    String kind = severity == Severity.ERROR ? "error" : "warning";
    return (line == WHOLE_FILE ? file : file + ":" + line) + ": " + kind + ": " + message;
  }
}
