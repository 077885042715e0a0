package org.headrace.slurmconf.script;

import java.util.List;

/**
 * A batch script that is refused. The lines have no prefix; a command prints each after {@code
 * sbatch: error: }, or {@code sbatch: fatal: } where {@link #fatal()} holds.
 */
public final class ScriptException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;
  private final boolean fatal;

  /** With the lines to print. */
  public ScriptException(boolean fatal, List<String> lines) {
    super(String.join("\n", lines));
    this.fatal = fatal;
    this.lines = List.copyOf(lines);
  }

  static ScriptException error(String... lines) {
    return new ScriptException(false, List.of(lines));
  }

  /** What was wrong, one line each. */
  public List<String> lines() {
    return lines;
  }

  /** Whether Slurm prints {@code fatal} rather than {@code error}. */
  public boolean fatal() {
    return fatal;
  }
}
