package org.headrace.sched.builtin.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.GroupPlacement;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.osgi.service.component.annotations.Component;

/**
 * Starts jobs strictly in order: once a job of a partition has to wait for resources, those behind
 * it in that partition wait as well. A job that can't run as things stand, because it asks for what
 * isn't there, holds nobody up.
 */
@Component(service = Scheduler.class, property = "headrace.plugin=sched/builtin")
public final class BuiltinScheduler implements Scheduler {
  private static final int LOOK_FOR_CANCEL_EVERY = 32;

  @Override
  public Plan plan(ClusterView view, PendingJobs queue, PlanningContext context) {
    ResourceLedger free = view.ledger();
    List<Decision> decisions = new ArrayList<>(queue.size());
    Map<String, List<Blocker>> waitingFor = new HashMap<>();
    Set<Long> started = new HashSet<>();
    GroupPlacement groups = new GroupPlacement(view, queue, context);
    Set<Long> seen = new HashSet<>();
    int row = 0;
    for (; row < queue.size(); row++) {
      if (row % LOOK_FOR_CANCEL_EVERY == 0 && context.cancelled()) {
        break;
      }
      PendingJob job = queue.get(row);
      if (started.contains(job.id())) {
        continue;
      }
      JobComponent component = queue.component(row);
      if (component.grouped()) {
        if (seen.add(component.group())) {
          decisions.addAll(together(groups, component.group(), queue, free, context, waitingFor));
        }
        continue;
      }
      List<Blocker> ahead = waitingFor.get(job.partition());
      PartitionView partition = view.partition(job.partition());
      Blocker limit = context.limits().obstacle(queue, row);
      Decision refused = ahead == null ? refusal(job, partition) : behind(job, ahead);
      if (queue.further(row)) {
        List<Decision> tried = new ArrayList<>();
        if (limit == null && refused == null) {
          start(queue, row, partition, view, free, context, tried);
          tried.removeIf(one -> !(one instanceof Decision.Start));
        }
        tried.forEach(start -> started.add(start.jobId()));
        decisions.addAll(tried);
      } else if (limit != null || refused != null) {
        decisions.add(limit != null ? limited(job, limit) : refused);
      } else if (start(queue, row, partition, view, free, context, decisions)) {
        started.add(job.id());
      } else {
        Decision.Wait last = (Decision.Wait) decisions.get(decisions.size() - 1);
        if (last.reason() == Reason.RESOURCES) {
          waitingFor.put(job.partition(), isAhead(job.id()));
        }
      }
    }
    return new Plan(view.version(), decisions, row);
  }

  /** All components of a job start, or they wait and hold up their partitions. */
  private static List<Decision> together(
      GroupPlacement groups,
      long group,
      PendingJobs queue,
      ResourceLedger free,
      PlanningContext context,
      Map<String, List<Blocker>> waitingFor) {
    List<Integer> rows = groups.rows(group).stream().flatMap(List::stream).toList();
    ResourceLedger trial = free.copy();
    GroupPlacement.Outcome outcome = groups.place(group, trial, context.now());
    Blocker obstacle = outcome.complete() ? null : outcome.blockers().get(0);
    for (int row : rows) {
      List<Blocker> ahead = waitingFor.get(queue.partition(row));
      Blocker limit = context.limits().obstacle(queue, row);
      obstacle = ahead != null ? ahead.get(0) : limit != null ? limit : obstacle;
    }
    for (GroupPlacement.Placed one : outcome.placed()) {
      Blocker limit = context.limits().obstacle(queue, one.row(), one.allocation());
      obstacle = limit != null ? limit : obstacle;
    }
    List<Decision> decisions = new ArrayList<>();
    if (obstacle == null) {
      for (GroupPlacement.Placed one : outcome.placed()) {
        context.limits().started(queue, one.row(), one.allocation());
        free.allocate(one.allocation(), GroupPlacement.user(one.demand()));
        decisions.add(new Decision.Start(one.job().id(), one.job().partition(), one.allocation()));
      }
      return decisions;
    }
    for (int row : rows) {
      if (obstacle.reason() == Reason.RESOURCES) {
        waitingFor.putIfAbsent(queue.partition(row), isAhead(group));
      }
      decisions.add(wait(queue.get(row), obstacle.reason(), List.of(obstacle)));
    }
    return decisions;
  }

  private static Decision behind(PendingJob job, List<Blocker> ahead) {
    return wait(job, Reason.PRIORITY, ahead);
  }

  /** Made once for all that wait behind the job: a queue can be deep. */
  private static List<Blocker> isAhead(long id) {
    return List.of(new Blocker(Reason.PRIORITY, 0, "job " + id + " is ahead", Blocker.UNKNOWN));
  }

  private static Decision limited(PendingJob job, Blocker limit) {
    return wait(job, limit.reason(), List.of(limit));
  }

  private static Decision refusal(PendingJob job, PartitionView partition) {
    if (partition == null) {
      return wait(job, Reason.PARTITION_DOWN, "there is no partition " + job.partition());
    }
    if (!partition.startsJobs()) {
      return wait(
          job,
          partition.state() == PartitionView.State.INACTIVE
              ? Reason.PARTITION_INACTIVE
              : Reason.PARTITION_DOWN,
          "partition " + partition.name() + " is " + partition.state());
    }
    long limit = job.jobClass().timeLimit();
    if (limit != JobClass.UNLIMITED && limit > partition.maxTime()) {
      return wait(
          job,
          Reason.PARTITION_TIME_LIMIT,
          "time limit is %d min; partition %s allows %d min"
              .formatted(limit / 60_000, partition.name(), partition.maxTime() / 60_000));
    }
    return null;
  }

  private static Decision wait(PendingJob job, Reason reason, String detail) {
    return wait(job, reason, List.of(new Blocker(reason, 0, detail, Blocker.UNKNOWN)));
  }

  private static Decision wait(PendingJob job, Reason reason, List<Blocker> blockers) {
    return new Decision.Wait(job.id(), reason, Blocker.UNKNOWN, blockers, job.partition());
  }

  /** Starts all tasks that may; true if none has to wait. */
  private static boolean start(
      PendingJobs queue,
      int row,
      PartitionView partition,
      ClusterView view,
      ResourceLedger free,
      PlanningContext context,
      List<Decision> decisions) {
    PendingJob job = queue.get(row);
    LimitLedger limits = context.limits();
    JobDemand demand =
        new JobDemand(
            job.jobClass().request(),
            partition,
            job.user(),
            Math.max(0, context.now() - job.eligible()),
            job.jobClass().reservation());
    long timeLimit = job.jobClass().timeLimit();
    long end = timeLimit >= Long.MAX_VALUE - context.now() ? timeLimit : context.now() + timeLimit;
    NodeMask open =
        ReservationView.open(
            view.reservations(), partition.nodes(), demand.reservation(), context.now(), end);
    boolean oneUser =
        demand.request().sharing() == Sharing.USER || partition.sharing() == Sharing.USER;
    for (int task = 0; task < job.startable(); task++) {
      Blocker limit = limits.obstacle(queue, row);
      if (limit != null) {
        decisions.add(limited(job, limit));
        return false;
      }
      ResourceLedger left =
          ReservationView.ledger(
              view.reservations(), free, demand.reservation(), context.now(), end);
      Selection selection = context.selector().select(demand, left, open, context.selection());
      if (selection instanceof Selection.NotPlaced not) {
        decisions.add(wait(job, not.blockers().get(0).reason(), not.blockers()));
        return false;
      }
      Allocation allocation = ((Selection.Placed) selection).allocation();
      limit = limits.obstacle(queue, row, allocation);
      if (limit != null) {
        decisions.add(limited(job, limit));
        return false;
      }
      limits.started(queue, row, allocation);
      free.allocate(allocation, oneUser ? job.user() : ResourceLedger.NO_USER);
      decisions.add(new Decision.Start(job.id(), job.partition(), allocation));
    }
    return true;
  }
}
