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

  /**
   * Of a step of which the kernel ended a process for want of memory; no signal has this number.
   */
  public static final ExitStatus OUT_OF_MEMORY = new ExitStatus(0, 125);

  public boolean success() {
    return code == 0 && signal == 0;
  }
}
