package org.headrace.control.front;

/**
 * One resource limit of the calling process, in the unit of the limit (bytes, seconds, count).
 *
 * @param soft the limit in force, or {@link #UNLIMITED}
 * @param hard the ceiling up to which it may be raised, or {@link #UNLIMITED}
 */
public record ResourceLimit(long soft, long hard) {
  /** No limit. */
  public static final long UNLIMITED = -1;
}
