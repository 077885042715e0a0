package org.headrace.commands.internal.cli;

import java.util.List;
import org.headrace.control.front.Invocation;

/** A command without arguments that takes its sub-commands from standard input, line by line. */
public final class Conversation {
  private Conversation() {}

  /** What a line does. */
  @FunctionalInterface
  public interface Action {
    /** Returns the exit status. */
    int carryOut(List<String> words) throws Exception;
  }

  /**
   * Takes lines until one says that it is enough, or there are no more; {@code !!} is the line
   * before.
   *
   * @return the exit status of the last line
   */
  public static int hold(Invocation invocation, String command, Action action) throws Exception {
    LineInput input = new LineInput();
    invocation.streamInput(input);
    int status = 0;
    List<String> before = List.of();
    while (true) {
      invocation.out().print(command + ": ");
      invocation.out().flush();
      String line = input.next();
      if (line == null) {
        invocation.out().println();
        return status;
      }
      List<String> words = Words.of(line).words();
      words = words.equals(List.of("!!")) ? before : words;
      before = words;
      if (words.isEmpty()) {
        continue;
      }
      if (words.get(0).matches("(?i)exit|quit")) {
        return status;
      }
      status = action.carryOut(words);
    }
  }
}
