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
 */
public record RunningJob(
    long id,
    Allocation allocation,
    String partition,
    int user,
    boolean soleUser,
    long priority,
    long started,
    long endsBy) {}
