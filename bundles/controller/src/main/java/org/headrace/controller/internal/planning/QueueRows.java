package org.headrace.controller.internal.planning;

import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.core.EligibleJobs;

/**
 * Some rows of a queue.
 *
 * @param siteFactors what is added to the priority of each, or null for what administrators said
 */
record QueueRows(EligibleJobs queue, int[] rows, int[] siteFactors) implements PendingJobs {
  QueueRows(EligibleJobs queue, int[] rows) {
    this(queue, rows, null);
  }

  QueueRows withSiteFactors(int[] factors) {
    return new QueueRows(queue, rows, factors);
  }

  int siteFactor(int row) {
    return siteFactors == null ? queue.get(rows[row]).siteFactor() : siteFactors[row];
  }

  @Override
  public int size() {
    return rows.length;
  }

  @Override
  public PendingJob get(int row) {
    PendingJob job = queue.get(rows[row]);
    return siteFactors == null ? job : job.withSiteFactor(siteFactors[row]);
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
