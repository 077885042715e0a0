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

  /** Of a script that could not be started, together with a message that says why. */
  public static final ExitStatus NOT_STARTED = new ExitStatus(0, 53);

  public boolean success() {
    return code == 0 && signal == 0;
  }
}
