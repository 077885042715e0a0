package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;

/**
 * One pass of conservative backfill where CPUs are all that counts: every job has a promised start,
 * and nothing may break it.
 *
 * <p>Promises outlive the pass: they come back as {@link PendingJob#expectedStart}. What is new
 * gets the earliest start that breaks no promise. Once something has come free, each promised job
 * in turn, first come first served, moves to the earliest start that breaks no other promise
 * (<em>compression</em>), which is never a later one. This is the algorithm of Mu'alem and
 * Feitelson (IEEE TPDS 12(6), 2001) as the simulator pyss has it.
 *
 * <p>A promise is a time, and not a set of CPUs: any will do when the time has come. That is why
 * {@link #serves} asks that no job of the queue minds which CPUs it gets. Other queues are planned
 * by {@link PlanningPass}, which makes its reservations anew in each pass.
 */
final class ConservativePass {
  private static final int LOOK_FOR_CANCEL_EVERY = 32;

  private final ClusterView view;
  private final PendingJobs queue;
  private final PlanningContext context;
  private final BackfillOptions options;
  private final PartitionView partition;
  private final ResourceLedger ledger;
  private final List<Decision> decisions;
  private final CpuProfile profile;
  private final long now;
  private final int rows;

  ConservativePass(
      ClusterView view, PendingJobs queue, PlanningContext context, BackfillOptions options) {
    this.view = view;
    this.queue = queue;
    this.context = context;
    this.options = options;
    now = context.now();
    rows = Math.min(queue.size(), options.maxJobTest());
    partition = view.partition(queue.get(0).partition());
    ledger = view.ledger();
    decisions = new ArrayList<>(rows);
    profile = new CpuProfile(now, capacity());
    for (RunningJob job : view.running()) {
      // One that overstays its limit is about to go, but isn't gone.
      profile.take(now, Math.max(now + 1, end(job)), cpusHere(job.allocation()));
    }
  }

  /** True for a queue of one partition, whose jobs want CPUs and don't mind which. */
  static boolean serves(ClusterView view, PendingJobs queue) {
    if (queue.size() == 0 || queue.grouped() || !view.reservations().isEmpty()) {
      return false;
    }
    String name = queue.get(0).partition();
    PartitionView partition = view.partition(name);
    if (partition == null
        || !partition.startsJobs()
        || partition.sharing() != Sharing.CORES
        || !CoreTerms.of(partition, ResourceRequest.singleCpu()).equals(CoreTerms.ALONE)
        || view.running().stream().anyMatch(job -> job.allocation().terms().shares())) {
      return false;
    }
    for (NodeView node : view.nodes()) {
      if (node.hardware().threadsPerCore() != 1 || !node.hardware().system().isEmpty()) {
        return false;
      }
    }
    JobClass last = null;
    for (int row = 0; row < queue.size(); row++) {
      PendingJob job = queue.get(row);
      boolean known = job.jobClass() == last;
      if (!job.partition().equals(name)
          || job.startable() != 1
          || !known && !anyCpus(job.jobClass(), partition)) {
        return false;
      }
      last = job.jobClass();
    }
    return true;
  }

  private static boolean anyCpus(JobClass jobClass, PartitionView partition) {
    ResourceRequest request = jobClass.request();
    ResourceRequest plain =
        ResourceRequest.singleCpu()
            .withLayout(ResourceRequest.singleCpu().layout().withTasks(request.layout().tasks()));
    return request.equals(plain)
        && request.nodes().equals(NodeConstraint.ANY)
        && request.minCpus() >= 1
        && partition.maxNodes() >= partition.nodes().size()
        && partition.minNodes() <= 1
        && jobClass.timeLimit() <= partition.maxTime()
        && jobClass.reservation().isEmpty();
  }

  private int capacity() {
    int cpus = 0;
    for (NodeView node : view.nodes()) {
      if (partition.nodes().contains(node.id()) && node.state().acceptsJobs()) {
        cpus += node.hardware().cores();
      }
    }
    return cpus;
  }

  /** What a job holds of the capacity. */
  private int cpusHere(Allocation allocation) {
    int cpus = 0;
    for (NodeAllocation part : allocation.nodes()) {
      NodeView node = view.node(part.node());
      if (node != null && partition.nodes().contains(part.node()) && node.state().acceptsJobs()) {
        cpus += allocation.exclusive() ? node.hardware().cores() : part.cores().size();
      }
    }
    return cpus;
  }

  private static long end(RunningJob job) {
    return job.endsBy() == JobClass.UNLIMITED
        ? job.started() + ResourceTimeline.YEAR
        : job.endsBy();
  }

  Plan run() {
    long[] starts = promised();
    if (context.freed()) {
      compress(starts);
    }
    promiseTheRest(starts);
    int row = 0;
    for (; row < rows; row++) {
      if (row % LOOK_FOR_CANCEL_EVERY == 0 && context.cancelled()) {
        break;
      }
      decide(queue.get(row), starts[row], row == 0);
    }
    return new Plan(view.version(), decisions, row);
  }

  /** Starts that were promised before, and can be kept; {@link CpuProfile#NEVER} for the rest. */
  private long[] promised() {
    long[] starts = new long[rows];
    Arrays.fill(starts, CpuProfile.NEVER);
    for (int row = 0; row < rows; row++) {
      PendingJob job = queue.get(row);
      if (job.expectedStart() > 0) {
        long start = Math.max(now, job.expectedStart());
        if (profile.fits(start, duration(job), cpus(job))) {
          place(job, start);
          starts[row] = start;
        }
      }
    }
    return starts;
  }

  private void compress(long[] starts) {
    for (int row = 0; row < rows; row++) {
      if (starts[row] > now && starts[row] != CpuProfile.NEVER) {
        PendingJob job = queue.get(row);
        profile.take(starts[row], starts[row] + duration(job), -cpus(job));
        starts[row] = profile.earliest(now, starts[row], duration(job), cpus(job));
        place(job, starts[row]);
      }
    }
  }

  private void promiseTheRest(long[] starts) {
    for (int row = 0; row < rows; row++) {
      if (starts[row] == CpuProfile.NEVER) {
        PendingJob job = queue.get(row);
        long start = earliest(job);
        if (start != CpuProfile.NEVER) {
          place(job, start);
          starts[row] = start;
        }
      }
    }
  }

  /** Rounded up as the configuration has it, as far as the job fits then. */
  private long earliest(PendingJob job) {
    long latest = now + options.window();
    long start = profile.earliest(now, latest, duration(job), cpus(job));
    while (start != CpuProfile.NEVER) {
      long steps = (start - now + options.resolution() - 1) / options.resolution();
      long rounded = now + steps * options.resolution();
      if (profile.fits(rounded, duration(job), cpus(job))) {
        return rounded;
      }
      start = profile.earliest(rounded, latest, duration(job), cpus(job));
    }
    return CpuProfile.NEVER;
  }

  private void place(PendingJob job, long start) {
    profile.take(start, start + duration(job), cpus(job));
  }

  private static long duration(PendingJob job) {
    return Math.max(1, Math.min(ResourceTimeline.YEAR, job.jobClass().timeLimit()));
  }

  private static int cpus(PendingJob job) {
    return job.jobClass().request().minCpus();
  }

  private void decide(PendingJob job, long start, boolean first) {
    Reason reason = first ? Reason.RESOURCES : Reason.PRIORITY;
    List<Blocker> blockers = List.of();
    if (start == now) {
      JobDemand demand =
          new JobDemand(
              job.jobClass().request(), partition, job.user(), Math.max(0, now - job.eligible()));
      Selection selection =
          context.selector().select(demand, ledger, partition.nodes(), context.selection());
      if (selection instanceof Selection.Placed placed) {
        ledger.allocate(placed.allocation(), ResourceLedger.NO_USER);
        decisions.add(new Decision.Start(job.id(), job.partition(), placed.allocation()));
        return;
      }
      blockers = ((Selection.NotPlaced) selection).blockers();
      reason = blockers.get(0).reason();
    }
    decisions.add(
        start == CpuProfile.NEVER
            ? new Decision.Wait(job.id(), reason, Blocker.UNKNOWN, blockers, job.partition())
            : new Decision.Reserve(job.id(), job.partition(), start, List.of(), reason, blockers));
  }
}
