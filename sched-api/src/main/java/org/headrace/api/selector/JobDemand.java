package org.headrace.api.selector;

import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceRequest;

/**
 * What one job needs, for placement.
 *
 * @param request resources
 * @param partition partition it would run in
 * @param user uid, for nodes that are shared among one user's jobs only
 * @param waited how long the job has been eligible, in milliseconds, for {@code --switches=n@wait}
 * @param reservation reservation to run in, or the empty string; the scheduler sees to it
 */
public record JobDemand(
    ResourceRequest request, PartitionView partition, int user, long waited, String reservation) {
  /** Without a reservation. */
  public JobDemand(ResourceRequest request, PartitionView partition, int user, long waited) {
    this(request, partition, user, waited, "");
  }

  /** The same for another request. */
  JobDemand with(ResourceRequest other) {
    return new JobDemand(other, partition, user, waited, reservation);
  }
}
