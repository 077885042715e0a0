package org.headrace.api.model;

/**
 * One thing that keeps a job from starting, with numbers.
 *
 * @param reason the kind of obstacle
 * @param nodes how many nodes it rules out; zero when it isn't about nodes
 * @param detail what was asked and what there is, for example {@code "fewer than 8 free gpu"}
 * @param until when it is expected to go away, in epoch milliseconds; {@link #UNKNOWN} if nobody
 *     can tell
 */
public record Blocker(Reason reason, int nodes, String detail, long until) {
  /** No time is known. */
  public static final long UNKNOWN = 0;
}
