package org.headrace.api.job;

/**
 * How a process ended.
 *
 * @param code exit code, 0 to 255
 * @param signal signal that ended it, or zero
 */
public record ExitStatus(int code, int signal) {
  /** Ended well, or hasn't ended. */
  public static final ExitStatus SUCCESS = new ExitStatus(0, 0);

  public boolean success() {
    return code == 0 && signal == 0;
  }
}
