package org.headrace.api.job;

/**
 * What processes consumed.
 *
 * @param userMillis CPU time in user mode, in milliseconds
 * @param systemMillis CPU time in the kernel, in milliseconds
 * @param maxResidentKibibytes largest resident memory of one task, in KiB
 */
public record Usage(long userMillis, long systemMillis, long maxResidentKibibytes) {
  /** Nothing, or not known. */
  public static final Usage NONE = new Usage(0, 0, 0);

  public Usage plus(Usage other) {
    return new Usage(
        userMillis + other.userMillis,
        systemMillis + other.systemMillis,
        Math.max(maxResidentKibibytes, other.maxResidentKibibytes));
  }
}
