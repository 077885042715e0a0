package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Freed;
import org.headrace.api.scheduler.JobKinds;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;

/**
 * A pass between two whole ones: starts jobs, in the order of the queue, on what has come free.
 *
 * <p>The last whole pass has left nothing that could start. So a job that it considered can start
 * now only if it uses a node on which something has come free; that is told by summaries ({@link
 * OpenRooms}), once for a class. A reservation is kept by its nodes: only jobs that end before its
 * start may use them. That is stricter than a whole pass, and so is that a new job which should get
 * a reservation of its own keeps all jobs behind it from the nodes of its partition: both are the
 * next whole pass's to work out. So are jobs that want whole blocks or switches for themselves.
 */
final class AnswerPass {
  /** Most requests that are looked at in vain; what is left is for the next whole pass. */
  private static final int MOST_IN_VAIN = 256;

  private static final int MOST_RESERVATIONS = 1_000;
  private static final long NOBODY = -1;
  private static final int LOOK_FOR_CANCEL_EVERY = 32;
  private static final Door.Closed BUSY = Door.Closed.of(Reason.RESOURCES, false, List.of());
  private static final Door.Closed DELAYING = Door.Closed.of(Reason.PRIORITY, false, List.of());

  private final ClusterView view;
  private final PendingJobs queue;
  private final PlanningContext context;
  private final BackfillOptions options;
  private final ResourceLedger ledger;
  private final LimitLedger limits;

  /** Ascending by start. */
  private final List<Decision.Reserve> reserved;

  private final Map<Long, String> reservedIn = new HashMap<>();
  private final OpenRooms rooms;
  private final Doors doors;

  /** For jobs that no whole pass has considered: what was free before is news to them. */
  private final Doors freshDoors;

  private final Set<Long> started = new HashSet<>();
  private final List<Decision> decisions = new ArrayList<>();
  private int reservedSeen;
  private int inVain;

  AnswerPass(
      ClusterView view,
      PendingJobs queue,
      Freed freed,
      PlanningContext context,
      BackfillOptions options) {
    this.view = view;
    this.queue = queue;
    this.context = context;
    this.options = options;
    ledger = view.ledger();
    limits = context.limits();
    reserved =
        freed.reserved().stream()
            .sorted(Comparator.comparingLong(Decision.Reserve::start))
            .collect(Collectors.toCollection(ArrayList::new));
    reserved.forEach(one -> reservedIn.put(one.jobId(), one.partition()));
    rooms = new OpenRooms(ledger, freed.nodes(), reserved, options.resolution());
    doors = new Doors(view);
    freshDoors = new Doors(view);
  }

  /**
   * True where the order of the queue decides, and all that is set aside is nodes, for jobs: no
   * licences, and nothing for administrators' reservations.
   */
  static boolean serves(ClusterView view, BackfillOptions options, Freed freed) {
    return options.alike()
        && !options.shortestFirst()
        && !options.licenses()
        && view.reservations().isEmpty()
        && freed.reserved().size() <= MOST_RESERVATIONS
        && freed.reserved().stream().noneMatch(one -> one.nodes().isEmpty());
  }

  Plan run() {
    int rows = Math.min(queue.size(), options.maxJobTest());
    JobKinds kinds = queue.kinds();
    if (kinds != null) {
      considerKinds(kinds, rows);
    } else {
      for (int row = 0; row < rows && inVain < MOST_IN_VAIN; row++) {
        if (row % LOOK_FOR_CANCEL_EVERY == 0 && context.cancelled()) {
          break;
        }
        consider(row);
      }
    }
    return new Plan(view.version(), decisions, 0);
  }

  /**
   * Considers what the queue's order has next of the kinds that there may be room for; that is
   * looked at again where a job that starts gives up its reservation for others.
   */
  private void considerKinds(JobKinds kinds, int rows) {
    RowHeap next = new RowHeap(kinds.size());
    BitSet without = new BitSet(kinds.size());
    without.set(0, kinds.size());
    letIn(kinds, without, next, -1);
    for (Decision.Reserve one : reserved) {
      for (int row : queue.rows(one.jobId())) {
        next.add(row, RowHeap.NO_KIND);
      }
    }
    int last = -1;
    for (int seen = 0; !next.isEmpty() && inVain < MOST_IN_VAIN; seen++) {
      int row = next.row();
      int kind = next.kind();
      if (row >= rows || seen % LOOK_FOR_CANCEL_EVERY == 0 && context.cancelled()) {
        return;
      }
      next.remove();
      boolean itself = kind == RowHeap.NO_KIND;
      if (row != last && (itself || mayStart(kinds, kind))) {
        int before = reserved.size();
        consider(row);
        last = row;
        if (reserved.size() < before) {
          letIn(kinds, without, next, row);
        }
      }
      if (!itself && !settled(kinds, kind, row)) {
        next.add(kinds.next(kind, row), kind);
      }
    }
  }

  /** Adds kinds that were without room, if their rows are still to come. */
  private void letIn(JobKinds kinds, BitSet without, RowHeap next, int after) {
    for (int kind = without.nextSetBit(0); kind >= 0; kind = without.nextSetBit(kind + 1)) {
      if (mayStart(kinds, kind)) {
        int first = kinds.first(kind);
        next.add(first > after ? first : -1, kind);
        without.clear(kind);
      }
    }
  }

  private boolean mayStart(JobKinds kinds, int kind) {
    Door door = doors.of(kinds.partition(kind));
    if (door.partition() == null || !door.partition().startsJobs()) {
      return false;
    }
    JobKinds.Needs needs = kinds.needs(kind);
    return !kinds.considered(kind)
        || aloneInUnits(needs, door)
        || !tooSmall(room(NOBODY, needs, kinds.jobClass(kind).request(), door), needs, false);
  }

  /** True when there is nothing to be found out of the rest of a row's kind. */
  private boolean settled(JobKinds kinds, int kind, int row) {
    if (!mayStart(kinds, kind)) {
      return true;
    }
    if (ownReservation(row)) {
      return false;
    }
    Door door = (kinds.considered(kind) ? doors : freshDoors).of(kinds.partition(kind));
    return aloneInUnits(kinds.needs(kind), door) || door.closed(kinds.jobClass(kind).id()) != null;
  }

  private static boolean aloneInUnits(JobKinds.Needs needs, Door door) {
    return needs.aloneInUnits() || door.partition().sharing() == Sharing.TOPOLOGY;
  }

  private boolean ownReservation(int row) {
    return !reservedIn.isEmpty() && queue.partition(row).equals(reservedIn.get(queue.jobId(row)));
  }

  private void consider(int row) {
    long id = queue.jobId(row);
    if (!started.isEmpty() && started.contains(id)) {
      return;
    }
    boolean own = reservedSeen < reservedIn.size() && ownReservation(row);
    boolean fresh = !queue.considered(row);
    Door door = (fresh ? freshDoors : doors).of(queue.partition(row));
    if (door.partition() == null || !door.partition().startsJobs()) {
      return;
    }
    if (own) {
      reservedSeen++;
      doors.of(queue.partition(row)).reservations++;
    }
    if (queue.jobClass(row).request().aloneInUnits(door.partition())) {
      if (!own) {
        newcomer(queue.partition(row));
      }
      return;
    }
    Door.Closed closed = own ? null : door.closed(queue.classId(row));
    if (closed == null) {
      closed = tryOut(row, queue.jobClass(row), door, fresh, own);
    }
    if (closed != null && fresh && !closed.hopeless()) {
      newcomer(queue.partition(row));
    }
  }

  private Door.Closed tryOut(int row, JobClass jobClass, Door door, boolean fresh, boolean own) {
    JobKinds.Needs needs = JobKinds.Needs.of(jobClass);
    OpenRooms.Room room = room(queue.jobId(row), needs, jobClass.request(), door);
    if (tooSmall(room, needs, fresh)) {
      door.keep(jobClass.id(), closed(room));
      return closed(room);
    }
    int user = queue.user(row);
    Door.Closed closed = own ? null : door.closed(jobClass, user);
    if (closed != null) {
      return closed;
    }
    PendingJob job = queue.get(row);
    for (int task = 0; closed == null && task < job.startable(); task++) {
      closed = start(row, job, door, fresh);
    }
    if (closed != null && !own) {
      door.close(jobClass, user, closed);
    }
    return closed;
  }

  private OpenRooms.Room room(long job, JobKinds.Needs needs, ResourceRequest request, Door door) {
    long end = context.now() + Math.min(ResourceTimeline.YEAR, needs.timeLimit());
    boolean beyondFree = CoreTerms.of(door.partition(), request).beyondFree();
    return rooms.of(door.partition(), needs.cpusOfNode(), end, job, beyondFree);
  }

  private static boolean tooSmall(OpenRooms.Room room, JobKinds.Needs needs, boolean fresh) {
    return !fresh && room.freed().isEmpty()
        || room.count() < needs.nodes()
        || room.cpus() < needs.cpus();
  }

  private static Door.Closed closed(OpenRooms.Room room) {
    return room.promises() == 0 ? BUSY : DELAYING;
  }

  /**
   * A job that a whole pass has to look at goes before all behind it, unless others have the
   * reservations.
   */
  private void newcomer(String name) {
    Door door = doors.of(name);
    if (door.reservations < options.reservations()) {
      rooms.close(door.partition().nodes());
    }
  }

  /** Starts one task, or says why that can't be. */
  private Door.Closed start(int row, PendingJob job, Door door, boolean fresh) {
    Blocker limit = limits.obstacle(queue, row);
    if (limit != null) {
      return Door.Closed.limited(limit);
    }
    ResourceRequest request = job.jobClass().request();
    JobKinds.Needs needs = JobKinds.Needs.of(job.jobClass());
    OpenRooms.Room room = room(job.id(), needs, request, door);
    if (tooSmall(room, needs, fresh)) {
      return closed(room);
    }
    JobDemand demand =
        new JobDemand(
            request,
            door.partition().forJobs(job.jobClass()),
            job.user(),
            Math.max(0, context.now() - job.eligible()),
            job.jobClass().reservation());
    NodeMask candidates = fresh || request.maxNodes() > 1 ? room.nodes() : room.freed();
    Selection selection =
        context.selector().select(demand, ledger, candidates, context.selection());
    if (!(selection instanceof Selection.Placed placed)) {
      inVain++;
      return closed(room);
    }
    limit = limits.obstacle(queue, row, placed.allocation());
    if (limit != null) {
      inVain++;
      return Door.Closed.limited(limit);
    }
    limits.started(queue, row, placed.allocation());
    ledger.allocate(placed.allocation(), Promises.userOf(demand));
    reserved.removeIf(one -> one.jobId() == job.id());
    rooms.changed();
    started.add(job.id());
    decisions.add(new Decision.Start(job.id(), job.partition(), placed.allocation()));
    return null;
  }
}
