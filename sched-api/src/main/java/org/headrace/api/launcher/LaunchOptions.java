package org.headrace.api.launcher;

import java.util.List;

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
 * @param taskPrologs programs to run in each task's place before it, as the user. What they print
 *     is read line by line: {@code export NAME=value}, {@code unset NAME}, {@code print text}. One
 *     that fails keeps the task from being run, which then ends with its exit code
 * @param taskEpilogs programs to run in each task's place after it, as the user
 */
public record LaunchOptions(
    boolean appendOutput,
    int killWaitMillis,
    boolean pty,
    int ptyRows,
    int ptyColumns,
    String pidVariable,
    List<String> taskPrologs,
    List<String> taskEpilogs) {

  public LaunchOptions {
    taskPrologs = List.copyOf(taskPrologs);
    taskEpilogs = List.copyOf(taskEpilogs);
  }

  /** Truncate, kill leftovers at once, no terminal. */
  public static LaunchOptions defaults() {
    return new LaunchOptions(false, 0, false, 24, 80, "", List.of(), List.of());
  }

  /** These options with output files opened for appending, or not. */
  public LaunchOptions withAppendOutput(boolean append) {
    return new LaunchOptions(
        append, killWaitMillis, pty, ptyRows, ptyColumns, pidVariable, taskPrologs, taskEpilogs);
  }
}
