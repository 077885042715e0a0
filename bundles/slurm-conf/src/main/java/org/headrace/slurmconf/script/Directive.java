package org.headrace.slurmconf.script;

import java.util.List;

/**
 * One line of options in a script.
 *
 * @param dialect whose
 * @param line from 1
 * @param arguments the words after the marker, quotes resolved
 */
public record Directive(Dialect dialect, int line, List<String> arguments) {
  /** The markers that are recognised. */
  public enum Dialect {
    /** {@code #SBATCH}. */
    SBATCH,
    /** {@code #PBS}. */
    PBS,
    /** {@code #BSUB}. */
    BSUB;

    String marker() {
      return "#" + name();
    }
  }

  /** Copies its arguments. */
  public Directive {
    arguments = List.copyOf(arguments);
  }
}
