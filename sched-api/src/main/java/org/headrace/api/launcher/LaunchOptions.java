package org.headrace.api.launcher;

/**
 * Behaviour of a step's launch.
 *
 * @param appendOutput append to output files instead of truncating them
 * @param killWaitMillis how long processes that outlive the tasks have between SIGTERM and SIGKILL;
 *     0 kills them at once
 * @param pty whether the first task gets a terminal for its three streams
 * @param ptyRows rows of the terminal
 * @param ptyColumns columns of the terminal
 * @param pidVariable environment variable that gets each task's process id, or empty
 */
public record LaunchOptions(
    boolean appendOutput,
    int killWaitMillis,
    boolean pty,
    int ptyRows,
    int ptyColumns,
    String pidVariable) {

  /** Truncate, kill leftovers at once, no terminal. */
  public static LaunchOptions defaults() {
    return new LaunchOptions(false, 0, false, 24, 80, "");
  }

  /** These options with output files opened for appending, or not. */
  public LaunchOptions withAppendOutput(boolean append) {
    return new LaunchOptions(append, killWaitMillis, pty, ptyRows, ptyColumns, pidVariable);
  }
}
