package org.headrace.shell.internal;

import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.control.query.Snapshot;

/**
 * A job as an administrator names it: {@code 12}, or {@code 12_3} for a task of an array.
 *
 * @param id job id or array id
 * @param task index in the array, or {@link Job#NO_TASK}
 */
record JobName(long id, int task) {
  /**
   * Reads a name.
   *
   * @throws CommandFailed if it is none
   */
  static JobName parse(String text) throws CommandFailed {
    int underscore = text.indexOf('_');
    try {
      long id = Long.parseLong(underscore < 0 ? text : text.substring(0, underscore));
      int task = underscore < 0 ? Job.NO_TASK : Integer.parseInt(text.substring(underscore + 1));
      if (id > 0 && task >= Job.NO_TASK) {
        return new JobName(id, task);
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as for numbers out of range.
    }
    throw new CommandFailed(
        "'" + text + "' is no job id; write 12, or 12_3 for a task of an array");
  }

  /**
   * The job of this name; of an array, the part that hasn't started.
   *
   * @throws CommandFailed if it isn't known
   */
  Job in(Snapshot snapshot) throws CommandFailed {
    List<Job> found = snapshot.jobOrArray(id);
    for (Job job : found) {
      boolean named =
          task == Job.NO_TASK
              || job.arrayTask() == task
              || job.pendingArray() && job.status().pendingTasks().contains(task);
      if (named) {
        return job;
      }
    }
    if (task == Job.NO_TASK && snapshot.job(id) != null) {
      return snapshot.job(id);
    }
    throw new CommandFailed(
        found.isEmpty()
            ? "no job "
                + id
                + " is known. Ended jobs are forgotten after MinJobAge; sacct -j "
                + id
                + " still finds them"
            : "array " + id + " has no task " + task);
  }
}
