package org.headrace.controller.internal.planning;

import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.core.EligibleJobs;

/** Some rows of a queue. */
record QueueRows(EligibleJobs queue, int[] rows) implements PendingJobs {
  @Override
  public int size() {
    return rows.length;
  }

  @Override
  public PendingJob get(int row) {
    return queue.get(rows[row]);
  }

  @Override
  public long jobId(int row) {
    return queue.jobId(rows[row]);
  }

  @Override
  public JobClass jobClass(int row) {
    return queue.jobClass(rows[row]);
  }

  @Override
  public String partition(int row) {
    return queue.partition(rows[row]);
  }

  @Override
  public int user(int row) {
    return queue.user(rows[row]);
  }
}
