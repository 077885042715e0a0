package org.headrace.api.model;

import java.util.Set;

/**
 * Everything about a job that decides where and how long it may run. Jobs of one class are
 * interchangeable but for their place in the queue, so a scheduler works a class out once.
 *
 * @param id small number of the class, stable as long as a job of the class is in the queue
 * @param request resources
 * @param timeLimit in milliseconds; {@link #UNLIMITED} when there is none
 * @param timeMin shortest time limit that the job accepts, in milliseconds, or zero
 * @param reservation name of the reservation to run in, or the empty string
 * @param exempt limits of its partition that don't hold for it; see {@link PartitionView#forJobs}
 */
public record JobClass(
    int id,
    ResourceRequest request,
    long timeLimit,
    long timeMin,
    String reservation,
    Set<PartitionLimit> exempt) {
  /** No time limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  public JobClass {
    exempt = Set.copyOf(exempt);
  }

  /** A class for which all limits of its partition hold. */
  public JobClass(
      int id, ResourceRequest request, long timeLimit, long timeMin, String reservation) {
    this(id, request, timeLimit, timeMin, reservation, Set.of());
  }

  /** Classes of one moment have ids of their own. */
  @Override
  public int hashCode() {
    return id;
  }
}
