package org.headrace.commands.internal.cli;

import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.ParsedOptions;

/** The clusters that a command is to ask: there is one. */
public final class ClusterChoice {
  private ClusterChoice() {}

  /**
   * Checks {@code --clusters}, or the variable in its place.
   *
   * @param cluster name of the one that is there
   * @throws Refusal if another one is named
   */
  public static void check(String program, ParsedOptions options, String cluster) {
    OptionValue choice = options.last("clusters").orElse(null);
    if (choice == null) {
      return;
    }
    boolean variable =
        choice.origin() == OptionValue.Origin.ENVIRONMENT && !program.equals("scancel");
    for (String name : choice.value().split(",")) {
      if (!name.isEmpty() && !name.equals("all") && !name.equals(cluster)) {
        throw Refusal.error(
            program,
            1,
            "No cluster '" + name + "' known by database.",
            "'"
                + name
                + "' can't be reached now, or it is an invalid entry for "
                + (variable ? "SLURM_CLUSTERS" : "--cluster")
                + ".  Use 'sacctmgr list clusters' to see available clusters.");
      }
    }
  }
}
