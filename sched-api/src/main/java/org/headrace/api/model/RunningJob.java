package org.headrace.api.model;

/**
 * A job that holds resources.
 *
 * @param id job id
 * @param allocation what it holds
 * @param partition partition it runs in
 * @param user uid
 * @param soleUser true when its nodes are bound to its user
 * @param priority priority it started with
 * @param started start time
 * @param endsBy when its time limit runs out; {@link JobClass#UNLIMITED} when it has none
 * @param qos quality of service, or the empty string
 * @param leaving true when it is about to go: its processes are being ended, or it was warned that
 *     it is preempted
 * @param preparing true while its nodes are made ready: it can't be stopped yet
 * @param goesOnWith of a job that was stopped for others: what it gets back as soon as that is free
 *     again; else null
 * @param shares true when it is willing to share its cores ({@code --oversubscribe})
 */
public record RunningJob(
    long id,
    Allocation allocation,
    String partition,
    int user,
    boolean soleUser,
    long priority,
    long started,
    long endsBy,
    String qos,
    boolean leaving,
    boolean preparing,
    Allocation goesOnWith,
    boolean shares) {
  /** A job that doesn't ask to share its cores. */
  public RunningJob(
      long id,
      Allocation allocation,
      String partition,
      int user,
      boolean soleUser,
      long priority,
      long started,
      long endsBy,
      String qos,
      boolean leaving,
      boolean preparing,
      Allocation goesOnWith) {
    this(
        id,
        allocation,
        partition,
        user,
        soleUser,
        priority,
        started,
        endsBy,
        qos,
        leaving,
        preparing,
        goesOnWith,
        false);
  }

  /** A job that neither leaves nor was stopped. */
  public RunningJob(
      long id,
      Allocation allocation,
      String partition,
      int user,
      boolean soleUser,
      long priority,
      long started,
      long endsBy) {
    this(
        id,
        allocation,
        partition,
        user,
        soleUser,
        priority,
        started,
        endsBy,
        "",
        false,
        false,
        null);
  }
}
