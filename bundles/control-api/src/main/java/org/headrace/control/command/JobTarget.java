package org.headrace.control.command;

import java.util.List;
import org.headrace.api.job.JobArray;

/**
 * A job, an array, or tasks of an array.
 *
 * @param jobId job id or array id
 * @param tasks indexes in the array; empty for the job itself, or the whole array
 */
public record JobTarget(long jobId, List<JobArray.Range> tasks) {
  public JobTarget {
    tasks = List.copyOf(tasks);
  }

  public static JobTarget of(long jobId) {
    return new JobTarget(jobId, List.of());
  }

  public static JobTarget task(long arrayId, int index) {
    return new JobTarget(arrayId, List.of(new JobArray.Range(index, index, 1)));
  }
}
