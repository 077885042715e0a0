package org.headrace.api.job;

import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Reason;

/**
 * What became of a job so far. Times are epoch milliseconds, zero when they haven't come.
 *
 * @param state state
 * @param flags further conditions
 * @param reason why it waits, or ended as it did
 * @param priority priority in the queue, zero when held
 * @param partition partition it runs or ran in; while it is pending, the first it may run in
 * @param submitted when it was accepted
 * @param eligible since when nothing but resources and priority holds it back
 * @param expectedStart start that the last plan expects
 * @param started when its current run started
 * @param ended when it ended
 * @param timeLimit time limit in force, in milliseconds
 * @param allocation what it holds, or held last; null before its first start
 * @param exit how its script ended
 * @param worstStepExit highest exit status of its steps
 * @param restarts how often it was put back in the queue
 * @param pendingTasks indexes of an array that haven't started; {@link JobArray#NONE} otherwise
 * @param lastConsidered when a scheduler last looked at it
 * @param killedBy uid of who cancelled it, or −1
 */
public record JobStatus(
    JobState state,
    Set<JobFlag> flags,
    Reason reason,
    long priority,
    String partition,
    long submitted,
    long eligible,
    long expectedStart,
    long started,
    long ended,
    long timeLimit,
    Allocation allocation,
    ExitStatus exit,
    ExitStatus worstStepExit,
    int restarts,
    JobArray pendingTasks,
    long lastConsidered,
    int killedBy) {
  public JobStatus {
    flags = Set.copyOf(flags);
  }

  public boolean has(JobFlag flag) {
    return flags.contains(flag);
  }
}
