package org.headrace.rest.internal;

import java.util.List;
import java.util.Map;

/**
 * A user command as a request has it run.
 *
 * @param program its name
 * @param arguments without the program
 * @param environment its environment
 * @param directory its working directory
 * @param input its standard input, or the file {@code fileName}
 * @param fileName the only file that it can read, in {@code directory}; empty for none
 */
record Call(
    String program,
    List<String> arguments,
    Map<String, String> environment,
    String directory,
    byte[] input,
    String fileName) {
  private static final Map<String, String> COMPACT = Map.of("SLURM_JSON", "compact");

  Call {
    arguments = List.copyOf(arguments);
  }

  /** A question or a change without input. */
  static Call of(String program, List<String> arguments) {
    return new Call(program, arguments, COMPACT, "/", new byte[0], "");
  }

  static Call of(String program, String... arguments) {
    return of(program, List.of(arguments));
  }
}
