package org.headrace.api.model;

/**
 * A pending job in one partition, as plugins see it. A job that names several partitions is seen
 * once for each.
 *
 * @param id job id; of an array, the id of the part that hasn't started
 * @param jobClass what it needs
 * @param partition partition
 * @param submitted submission time
 * @param eligible since when nothing but resources and priority holds it back
 * @param priority priority at the last computation
 * @param fixedPriority true when an administrator set the priority
 * @param nice user's adjustment, subtracted from the priority
 * @param user uid
 * @param account account, or the empty string
 * @param qos quality of service, or the empty string
 * @param startable how many array tasks may start now; 1 for a job that is no array
 * @param expectedStart when the last plan expected it to start, in epoch milliseconds, or zero: the
 *     promise that a scheduler made it
 * @param payer small number of who pays: jobs of one user, account and quality of service have the
 *     same. Stable as long as a job of theirs is known
 * @param siteFactor an administrator's adjustment, added to the priority
 * @param accrues since when it accrues age, in epoch milliseconds; {@link #NEVER} while limits of
 *     how many jobs may do so keep it from that
 */
public record PendingJob(
    long id,
    JobClass jobClass,
    String partition,
    long submitted,
    long eligible,
    long priority,
    boolean fixedPriority,
    int nice,
    int user,
    String account,
    String qos,
    int startable,
    long expectedStart,
    int payer,
    int siteFactor,
    long accrues) {
  /** A time that doesn't come. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Who pays for jobs of which nothing is known. */
  public static final int NOBODY = -1;

  /** A job that accrues age since it is eligible. */
  public PendingJob(
      long id,
      JobClass jobClass,
      String partition,
      long submitted,
      long eligible,
      long priority,
      boolean fixedPriority,
      int nice,
      int user,
      String account,
      String qos,
      int startable,
      long expectedStart,
      int payer,
      int siteFactor) {
    this(
        id,
        jobClass,
        partition,
        submitted,
        eligible,
        priority,
        fixedPriority,
        nice,
        user,
        account,
        qos,
        startable,
        expectedStart,
        payer,
        siteFactor,
        eligible);
  }

  /** A job of which it isn't known who pays for it, and that no administrator has moved. */
  public PendingJob(
      long id,
      JobClass jobClass,
      String partition,
      long submitted,
      long eligible,
      long priority,
      boolean fixedPriority,
      int nice,
      int user,
      String account,
      String qos,
      int startable,
      long expectedStart) {
    this(
        id,
        jobClass,
        partition,
        submitted,
        eligible,
        priority,
        fixedPriority,
        nice,
        user,
        account,
        qos,
        startable,
        expectedStart,
        NOBODY,
        0);
  }

  /** A job that no plan has said anything about. */
  public PendingJob(
      long id,
      JobClass jobClass,
      String partition,
      long submitted,
      long eligible,
      long priority,
      boolean fixedPriority,
      int nice,
      int user,
      String account,
      String qos,
      int startable) {
    this(
        id,
        jobClass,
        partition,
        submitted,
        eligible,
        priority,
        fixedPriority,
        nice,
        user,
        account,
        qos,
        startable,
        0);
  }

  public PendingJob withSiteFactor(int factor) {
    return new PendingJob(
        id,
        jobClass,
        partition,
        submitted,
        eligible,
        priority,
        fixedPriority,
        nice,
        user,
        account,
        qos,
        startable,
        expectedStart,
        payer,
        factor,
        accrues);
  }
}
