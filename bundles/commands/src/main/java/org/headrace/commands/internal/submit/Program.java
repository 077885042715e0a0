package org.headrace.commands.internal.submit;

/** The commands that submit jobs. They share one table of options. */
public enum Program {
  SBATCH('b', "sbatch", "SBATCH"),
  SRUN('r', "srun", "SLURM"),
  SALLOC('a', "salloc", "SALLOC");

  private final char key;
  private final String command;
  private final String variables;

  Program(char key, String command, String variables) {
    this.key = key;
    this.command = command;
    this.variables = variables;
  }

  /** Its letter in the table of options. */
  char key() {
    return key;
  }

  /** Its name. */
  public String command() {
    return command;
  }

  /** The variables that set its options begin so. */
  String variables() {
    return variables;
  }
}
