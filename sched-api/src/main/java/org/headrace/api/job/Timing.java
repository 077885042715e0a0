package org.headrace.api.job;

/**
 * When a job may run, and how soon it should.
 *
 * @param timeLimit in milliseconds; {@link #UNSET} takes the partition's default, {@link
 *     org.headrace.api.model.JobClass#UNLIMITED} has no limit
 * @param timeMin shortest acceptable time limit in milliseconds, or zero
 * @param begin not before this time, in epoch milliseconds, or zero
 * @param deadline cancelled unless it can end by this time, in epoch milliseconds, or zero
 * @param nice subtracted from the priority, −2,147,483,645 to 2,147,483,645
 * @param priority fixed priority set by an administrator, or {@link #UNSET}
 * @param hold who holds the job back
 * @param siteFactor added to the priority by an administrator, −2,147,483,645 to 2,147,483,645
 */
public record Timing(
    long timeLimit,
    long timeMin,
    long begin,
    long deadline,
    int nice,
    long priority,
    Hold hold,
    int siteFactor) {
  /** Nothing was asked for. */
  public static final long UNSET = 0;

  /** No wishes. */
  public static final Timing ANY = new Timing(UNSET, 0, 0, 0, 0, UNSET, Hold.NONE);

  /** Who holds a job back. */
  public enum Hold {
    NONE,
    /** The user, who may release it. */
    USER,
    /** An administrator; the user can't release it. */
    ADMIN
  }

  /** Without a word of an administrator's. */
  public Timing(
      long timeLimit, long timeMin, long begin, long deadline, int nice, long priority, Hold hold) {
    this(timeLimit, timeMin, begin, deadline, nice, priority, hold, 0);
  }

  public Timing withTimeLimit(long limit) {
    return new Timing(limit, timeMin, begin, deadline, nice, priority, hold, siteFactor);
  }

  public Timing withTimeMin(long least) {
    return new Timing(timeLimit, least, begin, deadline, nice, priority, hold, siteFactor);
  }

  public Timing withBegin(long newBegin) {
    return new Timing(timeLimit, timeMin, newBegin, deadline, nice, priority, hold, siteFactor);
  }

  public Timing withDeadline(long newDeadline) {
    return new Timing(timeLimit, timeMin, begin, newDeadline, nice, priority, hold, siteFactor);
  }

  public Timing withNice(int newNice) {
    return new Timing(timeLimit, timeMin, begin, deadline, newNice, priority, hold, siteFactor);
  }

  public Timing withPriority(long newPriority) {
    return new Timing(timeLimit, timeMin, begin, deadline, nice, newPriority, hold, siteFactor);
  }

  public Timing withHold(Hold newHold) {
    return new Timing(timeLimit, timeMin, begin, deadline, nice, priority, newHold, siteFactor);
  }

  public Timing withSiteFactor(int newFactor) {
    return new Timing(timeLimit, timeMin, begin, deadline, nice, priority, hold, newFactor);
  }
}
