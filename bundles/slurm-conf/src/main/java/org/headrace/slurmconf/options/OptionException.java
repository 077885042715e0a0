package org.headrace.slurmconf.options;

import java.util.List;

/** Options that cannot be understood. The lines are ready for standard error. */
public final class OptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;

  /** With the lines to print, the command's name included. */
  public OptionException(List<String> lines) {
    super(String.join("\n", lines));
    this.lines = List.copyOf(lines);
  }

  /** What to print on standard error, one line each. */
  public List<String> lines() {
    return lines;
  }
}
