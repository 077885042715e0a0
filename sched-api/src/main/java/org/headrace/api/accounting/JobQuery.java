package org.headrace.api.accounting;

import java.util.List;
import java.util.Set;
import org.headrace.api.job.JobState;

/**
 * Which jobs to find; an empty list or set, a zero and an empty string don't restrict.
 *
 * @param jobs job ids and array ids
 * @param users uids
 * @param accounts accounts
 * @param names job names
 * @param partitions partitions
 * @param states states; a job is found when it was in one of them between {@code from} and {@code
 *     to}
 * @param from not ended before, in epoch milliseconds
 * @param to not eligible after, in epoch milliseconds
 * @param allRuns true to find each run of jobs that were put back in the queue, false for the last
 * @param limit most jobs to return, or zero
 */
public record JobQuery(
    List<JobRef> jobs,
    List<Integer> users,
    List<String> accounts,
    List<String> names,
    List<String> partitions,
    Set<JobState> states,
    long from,
    long to,
    boolean allRuns,
    int limit) {
  public JobQuery {
    jobs = List.copyOf(jobs);
    users = List.copyOf(users);
    accounts = List.copyOf(accounts);
    names = List.copyOf(names);
    partitions = List.copyOf(partitions);
    states = Set.copyOf(states);
  }

  /**
   * A job, an array, or a task of an array.
   *
   * @param id job id or array id
   * @param arrayTask index in the array, or {@link org.headrace.api.job.Job#NO_TASK}
   */
  public record JobRef(long id, int arrayTask) {}
}
