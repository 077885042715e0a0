package org.headrace.commands.internal.submit;

import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.front.Invocation;

/** The command line of a job or step, as it is kept with it. */
public final class SubmitLine {
  private static final int MAX_LENGTH = 1 << 20;

  private SubmitLine() {}

  /**
   * The command line as it was typed, as far as words allow.
   *
   * @throws Refusal if it is too long to be kept
   */
  public static String of(Program program, Invocation invocation) {
    StringBuilder line = new StringBuilder(program.command());
    for (String argument : invocation.arguments()) {
      line.append(' ').append(argument);
    }
    if (line.length() > MAX_LENGTH) {
      throw Refusal.error(
          program.command(),
          1,
          "The command line has "
              + line.length()
              + " characters; at most "
              + MAX_LENGTH
              + " are allowed. Put long lists into a file that the script reads.");
    }
    return line.toString();
  }
}
