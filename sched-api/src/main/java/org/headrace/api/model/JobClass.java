package org.headrace.api.model;

/**
 * Everything about a job that decides where and how long it may run. Jobs of one class are
 * interchangeable but for their place in the queue, so a scheduler works a class out once.
 *
 * @param id small number of the class, stable as long as a job of the class is in the queue
 * @param request resources
 * @param timeLimit in milliseconds; {@link #UNLIMITED} when there is none
 * @param timeMin shortest time limit that the job accepts, in milliseconds, or zero
 * @param reservation name of the reservation to run in, or the empty string
 */
public record JobClass(
    int id, ResourceRequest request, long timeLimit, long timeMin, String reservation) {
  /** No time limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Classes of one moment have ids of their own. */
  @Override
  public int hashCode() {
    return id;
  }
}
