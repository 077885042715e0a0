package org.headrace.control.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.model.PartitionView;
import org.headrace.control.Control;

/**
 * The pending jobs in the order in which schedulers look at them: partition tier, priority,
 * submission, id. Held jobs have priority zero, and so come last. Keeps only as many as are shown,
 * as there may be a million.
 */
public final class PendingOrder {
  private final Comparator<Job> order;
  private final PriorityQueue<Job> last;
  private final int limit;
  private int total;

  private PendingOrder(Snapshot snapshot, int limit) {
    this.limit = limit;
    order = order(snapshot);
    last = new PriorityQueue<>(order.reversed());
  }

  private static Comparator<Job> order(Snapshot snapshot) {
    return Comparator.comparing((Job job) -> job.status().priority() == 0)
        .thenComparingInt(job -> -tier(snapshot, job.status().partition()))
        .thenComparingLong(job -> -job.status().priority())
        .thenComparingLong(job -> job.status().submitted())
        .thenComparingLong(Job::id);
  }

  /**
   * The first pending jobs.
   *
   * @param filter further condition, or null
   * @param limit how many
   */
  public static PendingOrder of(Snapshot snapshot, Predicate<JobRow> filter, int limit) {
    PendingOrder pending = new PendingOrder(snapshot, limit);
    snapshot.jobs(
        row -> row.state() == JobState.PENDING && (filter == null || filter.test(row)),
        pending::add);
    return pending;
  }

  /**
   * The pending jobs that come before {@code job} in its partition, the first ones first. Columns
   * are compared, and only jobs that are shown are read.
   */
  public static PendingOrder ahead(Snapshot snapshot, Job job, int limit) {
    PendingOrder ahead = new PendingOrder(snapshot, limit);
    PriorityQueue<Place> nearest = new PriorityQueue<>(Place.ORDER.reversed());
    Place own = new Place(job.status().priority(), job.status().submitted(), job.id());
    String partition = job.status().partition();
    snapshot.jobs(
        row -> {
          if (row.state() == JobState.PENDING
              && row.priority() > 0
              && (own.priority == 0 || row.priority() >= own.priority)
              && row.partition().equals(partition)) {
            Place place = new Place(row.priority(), row.submitted(), row.id());
            if (own.priority == 0 || Place.ORDER.compare(place, own) < 0) {
              ahead.total++;
              nearest.add(place);
              if (nearest.size() > limit) {
                nearest.poll();
              }
            }
          }
          return false;
        },
        other -> {});
    nearest.forEach(place -> ahead.last.add(snapshot.job(place.id)));
    return ahead;
  }

  /** Where a job is in the queue of its partition. */
  private record Place(long priority, long submitted, long id) {
    static final Comparator<Place> ORDER =
        Comparator.comparingLong((Place one) -> -one.priority)
            .thenComparingLong(Place::submitted)
            .thenComparingLong(Place::id);
  }

  private static int tier(Snapshot snapshot, String partition) {
    PartitionView view = snapshot.partition(partition);
    return view == null ? 0 : view.priorityTier();
  }

  private void add(Job job) {
    total++;
    last.add(job);
    if (last.size() > limit) {
      last.poll();
    }
  }

  /** How many there are in all. */
  public int total() {
    return total;
  }

  /** The first of them, in order. */
  public List<Job> first() {
    List<Job> jobs = new ArrayList<>(last);
    jobs.sort(order);
    return Collections.unmodifiableList(jobs);
  }

  /** What was recorded of the priorities of these first ones and of another job. */
  public PriorityBreakdown priorities(Control control, Job other) {
    Set<Long> jobs = new HashSet<>();
    jobs.add(other.id());
    last.forEach(job -> jobs.add(job.id()));
    return control.priorities(jobs::contains).toCompletableFuture().join();
  }
}
