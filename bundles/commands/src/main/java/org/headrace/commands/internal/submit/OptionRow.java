package org.headrace.commands.internal.submit;

import java.util.List;
import org.headrace.slurmconf.options.OptionSpec;

/**
 * A line of the table of options.
 *
 * @param section heading under which help shows it
 * @param name long name
 * @param letter its letter, or {@link OptionSpec#NO_SHORT_NAME}
 * @param argument whether it takes one
 * @param programs letters of the programs that have it
 * @param effective false when it is accepted and kept, and nothing acts on it yet
 * @param kind how its value is checked
 * @param variables variables that set it too; a star stands for the program's prefix
 * @param placeholder what help shows for the value
 * @param help what it does
 */
public record OptionRow(
    String section,
    String name,
    char letter,
    OptionSpec.Argument argument,
    String programs,
    boolean effective,
    String kind,
    List<String> variables,
    String placeholder,
    String help) {
  boolean in(Program program) {
    return programs.indexOf(program.key()) >= 0;
  }

  /**
   * The variables that set it for a program.
   *
   * @return names; those of other programs are left out
   */
  List<String> variablesOf(Program program) {
    String prefix = program.variables() + "_";
    return variables.stream()
        .map(name -> name.startsWith("*_") ? prefix + name.substring(2) : name)
        .filter(name -> mine(name, program))
        .toList();
  }

  /** SRUN_, SLURMD_ and plain SLURM_ variables are srun's; a few SLURM_ ones are everybody's. */
  private static boolean mine(String name, Program program) {
    if (name.equals("SLURM_HINT") || name.equals("SLURM_CLUSTERS")) {
      return true;
    }
    return switch (program) {
      case SBATCH -> name.startsWith("SBATCH_");
      case SALLOC -> name.startsWith("SALLOC_");
      case SRUN -> !name.startsWith("SBATCH_") && !name.startsWith("SALLOC_");
    };
  }
}
