package org.headrace.api.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.Sharing;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;

/**
 * Finds room for all components of a heterogeneous job at one moment, for any scheduler: one after
 * the other, each in the first of its partitions and reservations that has room.
 *
 * <p>Not thread safe.
 */
public final class GroupPlacement {
  private static final long YEAR = 365L * 24 * 3600 * 1000;

  private static final Blocker MISSING =
      new Blocker(Reason.RESOURCES, 0, "another component of the job has to wait", Blocker.UNKNOWN);

  private final ClusterView view;
  private final PendingJobs queue;
  private final PlanningContext context;
  private final Map<Long, List<List<Integer>>> rows = new HashMap<>();

  /**
   * A component with its place.
   *
   * @param row its row in the queue
   * @param job the job of that row
   * @param demand what it was placed by
   * @param allocation what it gets
   */
  public record Placed(int row, PendingJob job, JobDemand demand, Allocation allocation) {}

  /** What is found. Without a place, the last of {@code placed} has none. */
  public record Outcome(List<Placed> placed, List<Blocker> blockers) {
    /** True when all have a place. */
    public boolean complete() {
      return blockers.isEmpty();
    }
  }

  public GroupPlacement(ClusterView view, PendingJobs queue, PlanningContext context) {
    this.view = view;
    this.queue = queue;
    this.context = context;
    for (int row = 0; queue.grouped() && row < queue.size(); row++) {
      JobComponent component = queue.component(row);
      if (component.grouped()) {
        List<List<Integer>> of = rows.computeIfAbsent(component.group(), key -> empty(component));
        of.get(component.index()).add(row);
      }
    }
  }

  private static List<List<Integer>> empty(JobComponent component) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int i = 0; i < component.count(); i++) {
      rows.add(new ArrayList<>());
    }
    return rows;
  }

  /** The rows of each component, in the order of the queue. */
  public List<List<Integer>> rows(long group) {
    return rows.getOrDefault(group, List.of());
  }

  /** The longest that one of its components may run, in milliseconds. */
  public long longest(long group) {
    long longest = 0;
    for (List<Integer> component : rows(group)) {
      for (int row : component) {
        longest = Math.max(longest, duration(row));
      }
    }
    return longest;
  }

  /** How long the {@code row}-th job may run, in milliseconds; a year if there is no limit. */
  public long duration(int row) {
    return Math.min(YEAR, queue.jobClass(row).timeLimit());
  }

  /**
   * Places all components.
   *
   * @param free what is free at the moment; what was placed is taken in it afterwards
   * @param from the moment, in epoch milliseconds
   */
  public Outcome place(long group, ResourceLedger free, long from) {
    List<Placed> placed = new ArrayList<>();
    for (List<Integer> component : rows(group)) {
      List<Blocker> blockers = List.of(MISSING);
      Placed found = null;
      for (int i = 0; found == null && i < component.size(); i++) {
        Selection selection = select(component.get(i), free, from);
        if (selection instanceof Selection.Placed there) {
          found = placed(component.get(i), there.allocation());
        } else {
          blockers = ((Selection.NotPlaced) selection).blockers();
        }
      }
      if (found == null) {
        return new Outcome(placed, blockers);
      }
      free.allocate(found.allocation(), user(found.demand()));
      placed.add(found);
    }
    return new Outcome(placed, List.of());
  }

  /** The first limit that all these components would break if they started together, or null. */
  public Blocker limit(List<Placed> placed) {
    LimitLedger trial = placed.size() > 1 ? context.limits().copy() : context.limits();
    for (Placed one : placed) {
      Blocker limit = trial.obstacle(queue, one.row());
      limit = limit != null ? limit : trial.obstacle(queue, one.row(), one.allocation());
      if (limit != null) {
        return limit;
      }
      if (placed.size() > 1) {
        trial.started(queue, one.row(), one.allocation());
      }
    }
    return null;
  }

  private Placed placed(int row, Allocation allocation) {
    return new Placed(row, queue.get(row), demand(row), allocation);
  }

  private Selection select(int row, ResourceLedger free, long from) {
    JobDemand demand = demand(row);
    long end = from + duration(row);
    String own = demand.reservation();
    NodeMask open =
        ReservationView.open(view.reservations(), demand.partition().nodes(), own, from, end);
    ResourceLedger left = ReservationView.ledger(view.reservations(), free, own, from, end);
    return context.selector().select(demand, left, open, context.selection());
  }

  private JobDemand demand(int row) {
    PendingJob job = queue.get(row);
    return new JobDemand(
        job.jobClass().request(),
        view.partition(job.partition()).forJobs(job.jobClass()),
        job.user(),
        Math.max(0, context.now() - job.eligible()),
        job.jobClass().reservation());
  }

  /** The user that the nodes of a job get bound to. */
  public static int user(JobDemand demand) {
    boolean bound =
        demand.request().sharing() == Sharing.USER || demand.partition().sharing() == Sharing.USER;
    return bound ? demand.user() : ResourceLedger.NO_USER;
  }
}
