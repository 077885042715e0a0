package org.headrace.api.launcher;

/**
 * Resources that the processes of a step used.
 *
 * @param userMillis CPU time in user mode, all processes together
 * @param systemMillis CPU time in the kernel, all processes together
 * @param maxRssKib largest resident set of any one process, in KiB
 * @param oomKilled whether the kernel killed a process for exceeding the step's memory limit
 */
public record StepUsage(long userMillis, long systemMillis, long maxRssKib, boolean oomKilled) {

  public static final StepUsage NONE = new StepUsage(0, 0, 0, false);
}
