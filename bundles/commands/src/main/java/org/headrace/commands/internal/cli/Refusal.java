package org.headrace.commands.internal.cli;

import java.util.Arrays;
import java.util.List;

/** Ends a command with messages and an exit status. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Exit status of a command line that can't be understood, as users know it. */
  public static final int BAD_OPTION = 255;

  private final transient List<String> lines;
  private final int status;

  private Refusal(List<String> lines, int status) {
    super(lines.isEmpty() ? "" : lines.get(0), null, false, false);
    this.lines = List.copyOf(lines);
    this.status = status;
  }

  /** Lines printed as {@code program: error: line}. */
  public static Refusal error(String program, int status, String... messages) {
    return new Refusal(
        Arrays.stream(messages).map(line -> program + ": error: " + line).toList(), status);
  }

  /** One line printed as {@code program: fatal: line}; the exit status is 1. */
  public static Refusal fatal(String program, String message) {
    return new Refusal(List.of(program + ": fatal: " + message), 1);
  }

  /** Nothing more to say: the client has told the user. */
  public static Refusal told(int status) {
    return new Refusal(List.of(), status);
  }

  /** Lines printed as they are. */
  public static Refusal raw(int status, String... lines) {
    return new Refusal(List.of(lines), status);
  }

  public List<String> lines() {
    return lines;
  }

  public int status() {
    return status;
  }
}
