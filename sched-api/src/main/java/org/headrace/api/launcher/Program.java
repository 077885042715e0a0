package org.headrace.api.launcher;

import java.util.List;

/** What the tasks of a step execute. */
public sealed interface Program {

  /**
   * A command, looked up in the PATH of the task's environment, then in its working directory.
   *
   * @param argv name and arguments, at least the name
   */
  record Command(List<String> argv) implements Program {
    public Command {
      argv = List.copyOf(argv);
    }
  }

  /**
   * A script, stored in the spool as the user's own file and executed directly.
   *
   * @param content the script's bytes, beginning with its {@code #!} line
   * @param arguments arguments after the script's path
   */
  record Script(byte[] content, List<String> arguments) implements Program {
    public Script {
      arguments = List.copyOf(arguments);
    }
  }
}
