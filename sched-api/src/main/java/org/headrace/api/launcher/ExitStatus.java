package org.headrace.api.launcher;

/**
 * How a task ended.
 *
 * @param exitCode 0 to 255; 0 if a signal ended it
 * @param signal the signal that ended it, or 0
 */
public record ExitStatus(int exitCode, int signal) {

  public static final ExitStatus SUCCESS = new ExitStatus(0, 0);

  public boolean success() {
    return exitCode == 0 && signal == 0;
  }
}
